export { catalogueVersion, frameworkById, frameworks } from "./catalogue.js";
export {
  ControlDefinition,
  EvidenceClass,
  evidenceClasses,
  FrameworkDefinition,
  SourceLimit,
} from "./control-definition.js";
export { ControlsError } from "./errors.js";

export type { ControlsErrorCode } from "./errors.js";
