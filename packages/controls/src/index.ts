export { catalogueVersion, frameworkById, frameworks } from "./catalogue.js";
export {
  ControlDefinition,
  EvidenceClass,
  evidenceClasses,
  FrameworkDefinition,
  SourceLimit,
} from "./control-definition.js";
export { exceptionRules, exceptionRulesVersion } from "./exceptions/catalogue.js";
export { exceptionInputs, exceptionLists, exceptionParameters } from "./exceptions/settings.js";
export { ControlsError } from "./errors.js";

export type { ControlsErrorCode } from "./errors.js";
export type { ExceptionList, ExceptionParameter } from "./exceptions/settings.js";
