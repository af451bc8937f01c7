/** The door to training: the report's system from a folder of pairs, as `lookhear train` does it. */
export { chooseEngine } from './engine/chooseEngine.node.ts';
export { type Trained, type TrainingEvent, type TrainOptions, train } from './train/report/train.ts';
export { describeConfig, parseConfig, printConfig, type TrainingConfig } from './train/run/config.ts';
