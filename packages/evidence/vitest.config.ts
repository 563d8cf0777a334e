import { configDefaults } from "vitest/config";
import { testProject } from "../../vitest.base.js";

/** Test files that mock modules. */
export const mocking = ["test/gates/each-gate.test.ts"];

export default testProject("evidence", { exclude: [...configDefaults.exclude, ...mocking] });
