import { testProject } from "../../vitest.base.js";

export default testProject("reporter", { globalSetup: ["test/build-command.ts"] });
