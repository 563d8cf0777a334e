import { testProject } from "../../vitest.base.js";
import { mocking } from "./vitest.config.js";

/** The test files that mock modules: each needs modules of its own, which takes longer to load than most tests to run. */
export default testProject("stream-isolated", { include: mocking, isolate: true });
