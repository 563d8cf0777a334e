export { catalogueVersion, frameworkById, frameworks } from "./catalogue.js";
export {
  ControlCriteria,
  ControlDefinition,
  EvidenceClass,
  evidenceClasses,
  GateId,
  gateIds,
  HandedInNeed,
  handedInNeeds,
  ReportBlockName,
  reportBlocks,
  SourceLimit,
} from "./control-definition.js";
export { checkCategories, controlsInScope } from "./controls-in-scope.js";
export { exceptionRules, exceptionRulesVersion } from "./exceptions/catalogue.js";
export { exceptionInputs, exceptionLists, exceptionParameters } from "./exceptions/settings.js";
export { ControlsError } from "./errors.js";
export {
  FrameworkCategory,
  FrameworkDefinition,
  FrameworkFootnote,
  ReportSectionName,
  reportSections,
} from "./framework-definition.js";
export { frameworkJsonSchema } from "./framework-json-schema.js";
export { parseFramework } from "./parse-framework.js";

export type { FrameworkScope } from "./controls-in-scope.js";
export type { ControlsErrorCode } from "./errors.js";
export type { ExceptionList, ExceptionParameter } from "./exceptions/settings.js";
export type { FrameworkInput } from "./framework-definition.js";
export type { FrameworkProblem } from "./parse-framework.js";
