/**
 * The door to the field's metrics: maps, masks and lists of scores in, numbers out. It needs nothing but the language: no
 * model, no files, no packages. docs/metrics.md says which metric is whose, and which to report.
 */
export { type ErrorCode, LookhearError } from './errors.ts';
export { AvsBenchTally, type AvsFrame, type AvsScores, batchDependentAvsScores } from './metrics/avsBench.ts';
export {
  type BootstrapOptions,
  bootstrapMean,
  type ClusterOptions,
  type MeanWithInterval,
} from './metrics/bootstrap.ts';
export {
  areaUnderCurve,
  CiouTally,
  consensusIou,
  meanCiou,
  precisionAt50,
  type RuleScores,
  scoresOf,
  success,
  successCurve,
} from './metrics/consensusIou.ts';
export { pearsonCorrelation } from './metrics/correlation.ts';
export {
  iouAboveZero,
  meanAveragePrecision,
  oracleIou,
  oracleMeanIou,
  type PooledPixels,
  pixelAveragePrecision,
} from './metrics/denseAv.ts';
export {
  type Annotation,
  boxesToMask,
  evaluationSide,
  groundTruthOf,
  sizeOf,
  type TruthSize,
} from './metrics/groundTruth.ts';
export { halfRuleCeiling, halfRuleCeilingOfArea } from './metrics/halfRuleCeiling.ts';
export { type InteractiveScores, interactive } from './metrics/interactive.ts';
export {
  aclThresholds,
  type MaskRule,
  maskOf,
  maskRules,
  type PreparedMap,
  prepareMap,
  type RuleName,
  ruleNames,
} from './metrics/mapToMask.ts';
export {
  areaUnderNegativeCurve,
  calibrateThresholds,
  fAuc,
  fLoc,
  harmonicMean,
  mapIou,
  predictedArea,
  type UniversalThresholds,
} from './metrics/negativeAudio.ts';
export { slavcScore } from './metrics/normalise.ts';
export { mixSlavcScores, mixWithObjectPrior } from './metrics/objectPrior.ts';
export { signFlipTest } from './metrics/permutation.ts';
export { type Point, peakInBox, peakOf, pointingAccuracy, pointingHit } from './metrics/pointingGame.ts';
export { type Prediction, type ReliabilityBin, reliability } from './metrics/reliability.ts';
export { type ResizeConvention, resizeConventions, resizeForEvaluation } from './metrics/resizeForEvaluation.ts';
export { type RetrievalScores, retrievalAt } from './metrics/retrieval.ts';
export { type SceneParsingScores, SceneParsingTally } from './metrics/sceneParsing.ts';
export { ownRules, type ScoreOptions, scoreAclGrid, scoreMap, scoresByRule } from './metrics/scoreMap.ts';
export {
  evaluateSlavc,
  percentOneDigit,
  type SizeClass,
  type SlavcEvaluation,
  type SlavcSample,
  type SlavcScores,
  sizeClasses,
  sizeClassOf,
  slavcConfidence,
  slavcF1,
  slavcScores,
} from './metrics/slavcExtended.ts';
export type { Box, PixelMap } from './picture/picture.ts';
