/**
 * The label set of the small model: what each label is called among the pictures and among the sounds of the training
 * folder. Labels without picture classes are not learnt by the picture head: too few pictures show them.
 */

export interface LabelRow {
  readonly label: string;
  readonly pictureClasses: readonly string[];
  readonly soundClasses: readonly string[];
}

const row = (label: string, pictureClasses: string, soundClasses = pictureClasses): LabelRow => ({
  label,
  pictureClasses: pictureClasses === '' ? [] : pictureClasses.split(' '),
  soundClasses: soundClasses.split(' '),
});

export const labelRows: readonly LabelRow[] = [
  row(
    'person',
    'person',
    'baby_cry clapping cough crowd laughter singing sneeze speech_child speech_female speech_male',
  ),
  row('dog', 'dog', 'dog wolf'),
  row('cat', 'cat'),
  row('bird', 'bird duck_goose', 'bird crow duck_goose'),
  row('chicken', 'chicken', 'rooster_chicken'),
  row('cow', 'cow'),
  row('sheep or goat', 'sheep_goat'),
  row('pig', 'pig'),
  row('horse', 'horse'),
  row('frog', 'frog'),
  row('elephant', 'elephant'),
  row('bear or big cat', 'bear big_cat', 'lion_tiger_bear'),
  row('monkey', 'monkey'),
  row('car', 'car', 'car_engine car_horn'),
  row('bus or truck', 'bus truck', 'bus_truck'),
  row('motorcycle', 'motorcycle'),
  row('bicycle', 'bicycle'),
  row('emergency vehicle', 'emergency_vehicle', 'siren'),
  row('train', 'train'),
  row('airplane', 'airplane'),
  row('helicopter', 'helicopter'),
  row('boat', 'boat'),
  row('piano', 'piano'),
  row('acoustic guitar', 'acoustic_guitar'),
  row('electric guitar', 'electric_guitar'),
  row('violin', 'violin'),
  row('cello or double bass', 'cello', 'cello double_bass'),
  row('drums', 'drums'),
  row('flute', 'flute'),
  row('clarinet', 'clarinet', 'clarinet oboe bassoon'),
  row('saxophone', 'saxophone'),
  row('trumpet', 'trumpet'),
  row('trombone', 'trombone'),
  row('tuba or horn', 'tuba_horn', 'french_horn tuba'),
  row('accordion', 'accordion'),
  row('harp', 'harp'),
  row('banjo, mandolin or ukulele', 'banjo_mandolin_ukulele'),
  row('xylophone', 'xylophone_marimba'),
  row('chainsaw', 'chainsaw'),
  row('vacuum cleaner', '', 'vacuum_cleaner'),
  row('clock', 'clock'),
  row('telephone', 'telephone'),
  row('keyboard', 'computer_keyboard', 'keyboard_typing'),
  row('door', 'door'),
  row('toilet', 'toilet', 'toilet_flush'),
  row('sink', 'sink_tap', 'tap_water'),
  row('church bell', 'church_bell_tower', 'church_bell'),
  row('sea', 'sea_waves'),
  row('fire', 'fire'),
  row('organ', '', 'organ'),
  row('lawn mower', '', 'lawn_mower'),
  row('washing machine', '', 'washing_machine'),
  row('microwave', 'microwave'),
  row('printer', '', 'printer'),
  row('waterfall', '', 'river_waterfall'),
  row('insect', 'insect'),
  row('hair dryer', '', 'hair_dryer'),
];

export const labels: readonly string[] = labelRows.map(({ label }) => label);

const visibleRows = labelRows.filter(({ pictureClasses }) => pictureClasses.length > 0);

/** Labels of the picture head, in its order; the background comes behind them. */
export const pictureLabels: readonly string[] = visibleRows.map(({ label }) => label);

/**
 * Labels of few or no training pictures, and the ImageNet classes (of 1001, 0 is background) that show them. Where many
 * pictures show a label, the head does better alone.
 */
const imageNetClasses: Readonly<Record<string, readonly number[]>> = {
  chicken: [8, 9],
  pig: [342, 343, 344],
  frog: [31, 32, 33],
  'cello or double bass': [487],
  clock: [410, 531, 893],
  keyboard: [509, 879],
  microwave: [652],
  sea: [979],
  insect: [309, 310, 311, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321],
  'vacuum cleaner': [883],
  organ: [688],
  'lawn mower': [622],
  'washing machine': [898],
  printer: [743],
  'hair dryer': [590],
};

/** Labels of the shipped picture network: the head's, then those that ImageNet alone shows; then the background. */
export const seenLabels: readonly string[] = [
  ...pictureLabels,
  ...Object.keys(imageNetClasses).filter((label) => !pictureLabels.includes(label)),
];

export const helpedLabels = Object.entries(imageNetClasses).map(([label, classes]) => ({
  label: seenLabels.indexOf(label),
  classes,
}));

/** Index among `pictureLabels` of each picture class that belongs to a label. */
export const pictureIndex: ReadonlyMap<string, number> = new Map(
  visibleRows.flatMap(({ pictureClasses }, index) => pictureClasses.map((name) => [name, index] as const)),
);

/** Index among `labels` of each sound class that belongs to a label; any other class is "other". */
export const soundIndex: ReadonlyMap<string, number> = new Map(
  labelRows.flatMap(({ soundClasses }, index) => soundClasses.map((name) => [name, index] as const)),
);

const exhaustiveVoc =
  'airplane bicycle bird boat bus car cat cow dog horse motorcycle person sheep_goat train television'.split(' ');

const exhaustiveCoco = [
  ...exhaustiveVoc,
  ...'bear bus truck clock telephone computer_keyboard toilet sink_tap microwave hair_dryer elephant'.split(' '),
];

/** Classes whose absence is certain in an exhaustively annotated picture, by the list that its annotators had. */
export const exhaustiveClasses: Readonly<Record<'voc20' | 'coco80', ReadonlySet<string>>> = {
  voc20: new Set(exhaustiveVoc),
  coco80: new Set(exhaustiveCoco),
};
