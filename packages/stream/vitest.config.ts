import { configDefaults } from "vitest/config";
import { testProject } from "../../vitest.base.js";

/** Test files that mock modules. */
export const mocking = ["test/opened-records.test.ts", "test/s3.test.ts"];

export default testProject("stream", { exclude: [...configDefaults.exclude, ...mocking] });
