export { compileAddressRange } from "./address-range.js";
export { Condition } from "./condition.js";
export { conditionUses, describeCondition, numberWords } from "./describe-condition.js";
export { conditionsOf, createRuleEngine } from "./engine.js";
export { RulesError } from "./errors.js";
export { factFields, factNames, isFactName } from "./fact-fields.js";
export { compileGlob } from "./glob.js";
export { compileList, RuleLists } from "./lists.js";
export { parseRules, Rule } from "./rule.js";
export { objectOf } from "./sentence.js";
export { compareSeverity, raisedSeverity, severities, Severity } from "./severity.js";

export type { Comparison, NumberOrParameter } from "./condition.js";
export type { ConditionUses } from "./describe-condition.js";
export type { RuleEngine, RuleEngineOptions, RuleOutcome, RuleResults } from "./engine.js";
export type { RulesErrorCode } from "./errors.js";
export type { FactField, FactName, FactType, FactValue, RequestFacts } from "./fact-fields.js";
export type { Finding } from "./finding.js";
export type { CompiledList, ListKind } from "./lists.js";
