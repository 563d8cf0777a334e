import { testProject } from "../../vitest.base.js";
import { mocking } from "./vitest.config.js";

/** The test files that mock modules: each needs modules of its own. */
export default testProject("evidence-isolated", { include: mocking, isolate: true });
