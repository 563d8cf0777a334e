import { testProject } from "../vitest.base.js";

export default testProject("repository", { include: ["**/*.test.ts"] });
