/**
 * Which of ADE20K's 150 sights can make which of AudioSet's 527 sounds: the relation R between a network that hears as
 * AudioSet and one that sees as ADE20K. Made by judgement, sound by sound; nothing here is learnt or measured.
 *
 * A weight answers: this sound is heard, and here is such a thing; how far does the sound come from it?
 * 1     it is what the word of the sound means;
 * 0.7   it is one of a few things that make it, or makes it as a rule;
 * 0.5   it has a part in it: the player of an instrument that has no class of its own;
 * 0.3   it may be, among other things;
 * 0.2 and 0.1   seldom, or only by a narrower sound (a parent in the ontology has what its children have, with less).
 *
 * What the rows keep to:
 * - What makes the sound, not what it sounds in, stands on or comes with. Rooms, walls, floors and tables make none.
 * - A person makes what a held tool or instrument makes, at 0.5, since ADE20K has no class for any of those.
 * - A loudspeaker can make any sound. A screen stands only where the sound's name says so, and under music, which is
 *   more often played from a loudspeaker than by anyone in sight. Under speech it would light up every television in a
 *   room where people talk.
 * - What ADE20K has no class for and no one holds (trains, telephones) has no sight, and the answer is then "not in the
 *   picture": honest, if not what the picture shows.
 * - Its "pot" is a flowerpot nearly always, so cooking does not go there; its "animal" is every animal, its "minibike"
 *   every motorcycle, and its "tower" most often a belfry.
 */
import { ade20kLabels } from './ade20k.ts';
import { audiosetLabels } from './audioset.ts';
import { yamnetLabels } from './yamnet.ts';

/** Weights, 0..1, by ADE20K's names. */
type Sights = Readonly<Record<string, number>>;

/** Sounds by AudioSet's names, separated by semicolons, and what is seen where they are made. */
type Row = readonly [sounds: string, sights: Sights];

const person: Sights = { person: 1 };
/** Someone who holds or plays what makes the sound. */
const holder: Sights = { person: 0.5 };

const people: readonly Row[] = [
  ['Speech; Male speech, man speaking; Female speech, woman speaking; Child speech, kid speaking', person],
  ['Conversation; Babbling; Whispering; Chatter; Hubbub, speech noise, speech babble', person],
  // Who narrates is seldom seen, but no one else can be meant.
  ['Narration, monologue', { person: 0.7 }],
  // The two that are not made by a person, but by a machine with a loudspeaker.
  ['Speech synthesizer', { computer: 0.5, monitor: 0.3, television: 0.3 }],
  ['Synthetic singing', { computer: 0.3, television: 0.3, person: 0.2 }],
  ['Shout; Bellow; Whoop; Yell; Battle cry; Children shouting; Screaming', person],
  ['Laughter; Baby laughter; Giggle; Snicker; Belly laugh; Chuckle, chortle', person],
  // A baby in its cradle is often hidden by it.
  ['Crying, sobbing', { person: 1, cradle: 0.2 }],
  ['Baby cry, infant cry', { person: 1, cradle: 0.5 }],
  ['Whimper; Wail, moan; Sigh', person],
  ['Singing; Choir; Yodeling; Chant; Mantra; Male singing; Female singing; Child singing; Rapping; Humming', person],
  ['Groan; Whistling; Gasp; Wheeze; Cough; Throat clearing; Sneeze', person],
  ['Grunt', { person: 1, animal: 0.3 }],
  // Dogs pant and sniff, horses snort.
  ['Pant; Snort; Sniff', { person: 0.7, animal: 0.5 }],
  // The sleeper lies under a blanket.
  ['Breathing', { person: 1, animal: 0.2, bed: 0.1 }],
  ['Snoring', { person: 1, bed: 0.3 }],
  // The foot makes a step sound, not the floor or the stair: those are everywhere in the picture.
  ['Run; Shuffle; Walk, footsteps', person],
  ['Chewing, mastication; Biting', { person: 1, animal: 0.3 }],
  ['Gargling; Stomach rumble; Burping, eructation; Hiccup; Fart', person],
  ['Hands; Finger snapping; Clapping', person],
  ['Heart sounds, heartbeat; Heart murmur', person],
  // People in a grandstand are too small for a class of their own.
  ['Crowd; Cheering; Applause', { person: 1, grandstand: 0.5 }],
  ['Children playing', person],
];

const animals: readonly Row[] = [
  ['Animal', { animal: 1, tree: 0.1, grass: 0.1, flower: 0.1, sea: 0.1, lake: 0.1 }],
  ['Domestic animals, pets; Livestock, farm animals, working animals', { animal: 1 }],
  ['Dog; Bark; Yip; Howl; Bow-wow; Growling; Whimper (dog); Cat; Purr; Meow; Caterwaul', { animal: 1 }],
  ['Horse; Clip-clop; Neigh, whinny; Cattle, bovinae; Moo; Pig; Oink; Goat; Bleat; Sheep', { animal: 1 }],
  // Around the neck of a cow, or in a percussionist's hands.
  ['Cowbell', { animal: 0.7, person: 0.3 }],
  ['Fowl; Chicken, rooster; Cluck; Crowing, cock-a-doodle-doo; Turkey; Gobble', { animal: 1 }],
  ['Duck; Quack; Goose; Honk', { animal: 1 }],
  ['Wild animals', { animal: 1, tree: 0.2, grass: 0.1, flower: 0.1, sea: 0.2, lake: 0.1 }],
  ['Roaring cats (lions, tigers); Roar; Canidae, dogs, wolves', { animal: 1 }],
  // A bird that sings sits in a tree, and is too small in the picture to be seen in it.
  ['Bird', { animal: 1, tree: 0.3 }],
  ['Bird vocalization, bird call, bird song; Chirp, tweet; Owl; Hoot', { animal: 1, tree: 0.3 }],
  ['Squawk; Pigeon, dove; Coo; Crow; Caw', { animal: 1, tree: 0.2 }],
  ['Bird flight, flapping wings', { animal: 1 }],
  ['Rodents, rats, mice; Mouse; Patter', { animal: 1 }],
  // Insects are smaller still: what is seen is where they sit.
  ['Insect', { animal: 0.5, grass: 0.2, flower: 0.2, tree: 0.1 }],
  ['Cricket', { animal: 0.3, grass: 0.3, tree: 0.1 }],
  ['Mosquito; Fly, housefly', { animal: 0.5 }],
  ['Buzz', { animal: 0.3 }],
  ['Bee, wasp, etc.', { animal: 0.5, flower: 0.3 }],
  ['Frog; Croak', { animal: 1, lake: 0.3 }],
  ['Snake', { animal: 1 }],
  // A cat, a snake, steam, or anything that leaks.
  ['Hiss', { animal: 0.3, stove: 0.1 }],
  // A rattlesnake's, a toy's, a loose part's.
  ['Rattle', { animal: 0.2, plaything: 0.2 }],
  // The whale is below the surface, which is what there is to see.
  ['Whale vocalization', { animal: 0.7, sea: 0.5 }],
];

/** Someone plays, on a stage so far away that no one is seen, or it comes from a loudspeaker. */
const music: Sights = { person: 0.5, stage: 0.3, television: 0.2, computer: 0.1 };
/** Made by a group that one hears in halls. */
const ensemble: Sights = { person: 0.7, stage: 0.5 };

const musicOfAllKinds: readonly Row[] = [
  ['Music', { ...music, computer: 0.2, screen: 0.1, monitor: 0.1, 'arcade machine': 0.2 }],
  // The instruments: none has a class, so what is seen of one is who plays it.
  ['Musical instrument', { ...holder, stage: 0.2 }],
  ['Plucked string instrument; Guitar; Electric guitar; Bass guitar; Acoustic guitar', holder],
  ['Steel guitar, slide guitar; Tapping (guitar technique); Strum; Banjo; Sitar; Mandolin; Zither; Ukulele', holder],
  ['Keyboard (musical); Piano; Electric piano; Organ; Electronic organ; Hammond organ; Synthesizer', holder],
  ['Sampler; Harpsichord', holder],
  ['Drum kit; Drum machine; Drum; Snare drum; Rimshot; Drum roll; Bass drum; Timpani; Tabla; Cymbal; Hi-hat', holder],
  ['Percussion; Wood block; Tambourine; Rattle (instrument); Maraca; Gong; Tubular bells; Mallet percussion', holder],
  ['Marimba, xylophone; Glockenspiel; Vibraphone; Steelpan', holder],
  ['Orchestra', ensemble],
  ['Brass instrument; French horn; Trumpet; Trombone', holder],
  ['Bowed string instrument; String section; Violin, fiddle; Pizzicato; Cello; Double bass', holder],
  ['Wind instrument, woodwind instrument; Flute; Saxophone; Clarinet; Harp', holder],
  ['Harmonica; Accordion; Bagpipes; Didgeridoo; Shofar; Theremin; Singing bowl', holder],
  ['Scratching (performance technique)', holder],
  ['Tuning fork', { person: 0.3 }],
  // Bells hang in towers, on animals and bicycles; a clock has some.
  ['Bell', { tower: 0.5, building: 0.1, clock: 0.3, animal: 0.3, bicycle: 0.3, person: 0.2 }],
  ['Church bell; Change ringing (campanology)', { tower: 1, building: 0.3 }],
  ['Jingle bell', { animal: 0.3, person: 0.3 }],
  ['Bicycle bell', { bicycle: 1 }],
  // Of a clock, a door or the wind.
  ['Chime', { clock: 0.7 }],
  ['Wind chime', {}],
  // Who sings is seen; the voice is louder than the band.
  ['Vocal music; A capella; Beatboxing; Opera', ensemble],
  ['Song; Lullaby', { ...music, person: 0.7 }],
  ['Pop music; Hip hop music; Rock music; Heavy metal; Punk rock; Grunge; Progressive rock; Rock and roll', music],
  ['Psychedelic rock; Rhythm and blues; Soul music; Reggae; Country; Swing music; Bluegrass; Funk', music],
  ['Folk music; Middle Eastern music; Jazz; Disco; Classical music; Electronic music; House music; Techno', music],
  ['Dubstep; Drum and bass; Electronica; Electronic dance music; Ambient music; Trance music', music],
  ['Music of Latin America; Salsa music; Flamenco; Blues; Music for children; New-age music', music],
  ['Music of Africa; Afrobeat; Christian music; Gospel music; Music of Asia; Carnatic music', music],
  ['Music of Bollywood; Ska; Traditional music; Independent music', music],
  ['Christmas music; Dance music; Wedding music; Happy music; Funny music; Sad music; Tender music', music],
  ['Exciting music; Angry music; Scary music', music],
  // Music that belongs to a programme, a film or a game: whatever plays that.
  ['Background music', { ...music, person: 0.3 }],
  ['Theme music; Jingle (music); Soundtrack music', { television: 0.5, screen: 0.3, computer: 0.3, person: 0.3 }],
  ['Video game music', { television: 0.5, 'arcade machine': 0.7, computer: 0.5, monitor: 0.3 }],
];

const nature: readonly Row[] = [
  // Wind itself has no place; one hears what it moves.
  ['Wind', { tree: 0.3, palm: 0.3, plant: 0.2, grass: 0.1, flag: 0.2 }],
  ['Rustling leaves', { tree: 1, palm: 0.7, plant: 0.5, grass: 0.2 }],
  // This one is made in the microphone.
  ['Wind noise (microphone)', {}],
  // The one place that thunder can come from; a blue sky holds it down.
  ['Thunderstorm; Thunder', { sky: 0.3 }],
  // Rain sounds wherever it strikes, which is all that is in the picture.
  ['Rain; Raindrop; Rain on surface', {}],
  // In recordings called "Water" there are taps and tubs as often as brooks.
  [
    'Water',
    {
      ...{ water: 1, river: 0.7, sea: 0.7, waterfall: 0.7, lake: 0.5, fountain: 0.5, 'swimming pool': 0.3 },
      ...{ sink: 0.3, bathtub: 0.3, shower: 0.3, stove: 0.1 },
    },
  ],
  ['Stream', { river: 1, water: 0.7, waterfall: 0.3 }],
  ['Waterfall', { waterfall: 1, fountain: 0.5, river: 0.3, water: 0.3 }],
  ['Ocean', { sea: 1, water: 0.5, lake: 0.2 }],
  ['Waves, surf', { sea: 1, water: 0.5, lake: 0.5 }],
  ['Steam', { stove: 0.3 }],
  ['Gurgling', { river: 0.5, water: 0.5, fountain: 0.3, sink: 0.3, bathtub: 0.3 }],
  ['Fire; Crackle', { fireplace: 1, stove: 0.2 }],
];

/** What runs on a road, by a sound that all of it makes. */
const roadVehicles: Sights = { car: 0.7, truck: 0.7, bus: 0.7, van: 0.7, minibike: 0.7 };
/** By ear, a van is a car, and a truck nearly one. */
const car: Sights = { car: 1, van: 0.7, truck: 0.3, bus: 0.3 };

const vehicles: readonly Row[] = [
  ['Vehicle', { ...roadVehicles, road: 0.1, airplane: 0.7, boat: 0.7, ship: 0.7, bicycle: 0.5, person: 0.1 }],
  ['Boat, Water vehicle', { boat: 1, ship: 0.7, person: 0.1 }],
  ['Sailboat, sailing ship', { boat: 1, ship: 0.5 }],
  // The paddle is in someone's hands.
  ['Rowboat, canoe, kayak', { boat: 1, person: 0.3 }],
  ['Motorboat, speedboat', { boat: 1 }],
  ['Ship', { ship: 1, boat: 0.5 }],
  ['Motor vehicle (road)', { ...roadVehicles, road: 0.2 }],
  ['Car; Car passing by', car],
  ['Vehicle horn, car horn, honking; Toot', { car: 1, truck: 0.7, bus: 0.7, van: 0.7 }],
  ['Car alarm', { car: 1, van: 0.7, truck: 0.3 }],
  ['Power windows, electric windows', { car: 1, van: 0.7 }],
  ['Skidding; Tire squeal', car],
  ['Race car, auto racing', { car: 1 }],
  ['Truck', { truck: 1, van: 0.5, bus: 0.5, car: 0.1 }],
  ['Air brake', { truck: 1, bus: 1 }],
  ['Air horn, truck horn', { truck: 1, bus: 0.3 }],
  ['Reversing beeps', { truck: 1, van: 0.7, bus: 0.5, car: 0.3 }],
  ['Ice cream truck, ice cream van', { van: 1, truck: 1 }],
  ['Bus', { bus: 1 }],
  // Sirens: police cars are cars, and now and then motorcycles; ambulances are vans, fire engines trucks.
  ['Emergency vehicle', { car: 0.7, van: 0.7, truck: 0.7, minibike: 0.2 }],
  ['Police car (siren)', { car: 1, van: 0.5, minibike: 0.3 }],
  ['Ambulance (siren)', { van: 1, truck: 0.5, car: 0.5 }],
  ['Fire engine, fire truck (siren)', { truck: 1, van: 0.3 }],
  ['Motorcycle', { minibike: 1 }],
  // From afar the vehicles are specks on the road.
  ['Traffic noise, roadway noise', { ...roadVehicles, road: 0.5 }],
  // Trains have no class.
  ['Rail transport; Train; Train whistle; Train horn; Railroad car, train wagon', {}],
  ['Train wheels squealing; Subway, metro, underground', {}],
  ['Aircraft; Aircraft engine; Jet engine; Propeller, airscrew; Fixed-wing aircraft, airplane', { airplane: 1 }],
  // A class apart in ADE20K's full list, and not among the 150; what is called airplane is seldom one.
  ['Helicopter', { airplane: 0.3 }],
  ['Bicycle', { bicycle: 1, person: 0.1 }],
  // The board has no class, its rider has.
  ['Skateboard', { person: 0.3 }],
  ['Engine', { ...roadVehicles, airplane: 0.5, boat: 0.5, ship: 0.3, person: 0.1 }],
  ['Light engine (high frequency)', { minibike: 0.7, boat: 0.3, airplane: 0.2, person: 0.2 }],
  // Held or pushed by someone.
  ["Dental drill, dentist's drill; Lawn mower; Chainsaw", holder],
  ['Medium engine (mid frequency)', { car: 0.7, van: 0.7, minibike: 0.5, truck: 0.3, boat: 0.3 }],
  ['Heavy engine (low frequency)', { truck: 0.7, bus: 0.7, ship: 0.5, airplane: 0.3, boat: 0.3, car: 0.2 }],
  ['Engine knocking; Engine starting; Idling', { car: 0.7, van: 0.7, truck: 0.7, bus: 0.7, minibike: 0.5 }],
  ['Accelerating, revving, vroom', { car: 0.7, minibike: 0.7, truck: 0.5, bus: 0.5, van: 0.5 }],
];

const household: readonly Row[] = [
  ['Door', { door: 1, 'screen door': 0.7, cabinet: 0.2, wardrobe: 0.2, car: 0.1, person: 0.1, chair: 0.1, bed: 0.1 }],
  // The chime hangs anywhere in the house; who rings stands at the door.
  ['Doorbell; Ding-dong', { door: 0.5 }],
  ['Sliding door', { door: 1, 'screen door': 1, wardrobe: 0.3 }],
  ['Slam', { door: 1, 'screen door': 0.5, cabinet: 0.3, car: 0.3 }],
  ['Knock', { door: 0.7, person: 0.3 }],
  ['Tap', { person: 0.3 }],
  ['Squeak', { door: 0.5, chair: 0.3, 'swivel chair': 0.3, bed: 0.2, animal: 0.2, plaything: 0.2 }],
  ['Cupboard open or close', { cabinet: 1, wardrobe: 0.7, buffet: 0.5 }],
  ['Drawer open or close', { 'chest of drawers': 1, cabinet: 0.7, desk: 0.5, buffet: 0.3 }],
  ['Dishes, pots, and pans', { plate: 0.7, sink: 0.5, dishwasher: 0.5, glass: 0.3, tray: 0.3, person: 0.3 }],
  ['Cutlery, silverware', { person: 0.5, plate: 0.5 }],
  // Both at once: the knife, which someone holds, and what it goes through.
  ['Chopping (food)', { person: 0.5, food: 0.5 }],
  ['Frying (food)', { stove: 1, food: 0.3 }],
  ['Microwave oven', { microwave: 1 }],
  ['Blender', {}],
  // Taps have no class: a sink includes its own.
  ['Water tap, faucet', { sink: 1, bathtub: 0.5 }],
  ['Sink (filling or washing)', { sink: 1 }],
  ['Bathtub (filling or washing)', { bathtub: 1, shower: 0.3 }],
  ['Toilet flush', { toilet: 1 }],
  ['Hair dryer; Vacuum cleaner; Keys jangling; Coin (dropping); Scissors', holder],
  ['Toothbrush; Electric toothbrush; Electric shaver, electric razor; Shuffling cards; Writing', { person: 0.7 }],
  ['Zipper (clothing)', { person: 0.5, apparel: 0.5, bag: 0.5 }],
  ['Typing', { computer: 0.7, person: 0.5 }],
  // No class, only someone who types.
  ['Typewriter', holder],
  ['Computer keyboard', { computer: 1, person: 0.3 }],
];

const alarmsAndMachines: readonly Row[] = [
  [
    'Alarm',
    {
      ...{ car: 0.5, van: 0.3, truck: 0.3, bus: 0.2, bicycle: 0.3, ship: 0.3, boat: 0.1, minibike: 0.1 },
      ...{ clock: 0.3, door: 0.2, person: 0.2, tower: 0.1, pole: 0.1 },
    },
  ],
  // Telephones have no class, and the table under one makes no sound.
  ['Telephone; Telephone bell ringing; Ringtone; Telephone dialing, DTMF; Dial tone; Busy signal', {}],
  ['Alarm clock', { clock: 1 }],
  ['Siren', { car: 0.7, van: 0.7, truck: 0.7, minibike: 0.2, tower: 0.1, pole: 0.1 }],
  // Stands on towers and poles.
  ['Civil defense siren', { tower: 0.3, pole: 0.3 }],
  ['Buzzer', { door: 0.3 }],
  // Specks on a ceiling or a wall, which are most of the picture.
  ['Smoke detector, smoke alarm; Fire alarm', {}],
  // A lighthouse is a tower.
  ['Foghorn', { ship: 1, tower: 0.3, boat: 0.3 }],
  ['Whistle', { person: 0.7, ship: 0.2 }],
  ['Steam whistle', { ship: 0.5 }],
  [
    'Mechanisms',
    {
      ...{ 'conveyer belt': 0.5, escalator: 0.5, fan: 0.5, clock: 0.3, washer: 0.3, dishwasher: 0.3, hood: 0.3 },
      ...{ bicycle: 0.2, refrigerator: 0.2, computer: 0.2, person: 0.2, tower: 0.1, radiator: 0.1 },
    },
  ],
  ['Ratchet, pawl; Gears', { bicycle: 0.3 }],
  ['Pulleys', {}],
  ['Clock', { clock: 1, tower: 0.3 }],
  ['Tick; Tick-tock', { clock: 1 }],
  ['Sewing machine; Camera; Single-lens reflex camera', holder],
  ['Mechanical fan', { fan: 1, hood: 0.5, computer: 0.3 }],
  // A box on a wall, without a class.
  ['Air conditioning', { fan: 0.2, radiator: 0.2 }],
  ['Cash register', { person: 0.3 }],
  ['Printer', {}],
  ['Tools; Hammer; Jackhammer; Sawing; Filing (rasp); Sanding; Power tool; Drill', holder],
];

const breakingAndLiquids: readonly Row[] = [
  ['Explosion', { sky: 0.2, mountain: 0.2, person: 0.1 }],
  // Who shoots is seldom in the picture.
  ['Gunshot, gunfire; Machine gun; Fusillade', { person: 0.3 }],
  ['Cap gun', holder],
  ['Artillery fire; Boom; Burst, pop; Firecracker', {}],
  ['Fireworks', { sky: 0.5 }],
  // A volcano's.
  ['Eruption', { mountain: 0.7 }],
  ['Wood', { person: 0.3, tree: 0.3 }],
  ['Chop', { person: 0.5, tree: 0.3 }],
  ['Splinter; Crack', { tree: 0.2 }],
  ['Glass', { glass: 1, windowpane: 0.5, bottle: 0.5, mirror: 0.2, plate: 0.2 }],
  ['Chink, clink', { glass: 1, bottle: 0.5, plate: 0.3 }],
  ['Shatter', { windowpane: 0.7, glass: 0.7, bottle: 0.5, plate: 0.3, mirror: 0.3 }],
  [
    'Liquid',
    {
      ...{ water: 0.7, sink: 0.5, bathtub: 0.5, fountain: 0.5, shower: 0.3, river: 0.3, sea: 0.3, waterfall: 0.3 },
      ...{ 'swimming pool': 0.3, lake: 0.2, bottle: 0.3, glass: 0.3, stove: 0.2, person: 0.2, food: 0.1 },
    },
  ],
  [
    'Splash, splatter',
    {
      ...{ water: 0.7, 'swimming pool': 0.7, sea: 0.5, fountain: 0.5, bathtub: 0.5, lake: 0.3, river: 0.3 },
      ...{ sink: 0.3, bottle: 0.1, person: 0.2 },
    },
  ],
  ['Slosh', { water: 0.5, bathtub: 0.3, bottle: 0.3, 'swimming pool': 0.3, sea: 0.3 }],
  // Mud, fruit, wet shoes: no class fits.
  ['Squish', {}],
  ['Drip', { sink: 0.7, bathtub: 0.3, shower: 0.3, fountain: 0.2 }],
  ['Pour', { bottle: 0.5, glass: 0.5, sink: 0.3, person: 0.3, fountain: 0.2, river: 0.1, waterfall: 0.1 }],
  ['Trickle, dribble', { fountain: 0.5, sink: 0.5, river: 0.3 }],
  ['Gush', { fountain: 0.5, waterfall: 0.3, sink: 0.3 }],
  ['Fill (with liquid)', { glass: 0.5, bottle: 0.5, sink: 0.5, bathtub: 0.5 }],
  ['Spray', { shower: 0.7, fountain: 0.5, sink: 0.3, bottle: 0.2, person: 0.2 }],
  ['Pump (liquid)', { fountain: 0.3 }],
  ['Stir', { person: 0.5, glass: 0.3, food: 0.2 }],
  ['Boiling', { stove: 0.7 }],
];

/** Words for a sound, not for its source: what makes it is anyone's guess, so the weights are low or there are none. */
const ambiguous: readonly Row[] = [
  ['Sonar', { ship: 0.2 }],
  ['Arrow; Electronic tuner; Effects unit; Chorus effect; Rub; Crushing; Tearing', { person: 0.3 }],
  ['Basketball bounce', { ball: 1, person: 0.3 }],
  ['Bouncing', { ball: 0.7 }],
  ['Roll', { ball: 0.3 }],
  ['Slap, smack; Whack, thwack; Whip', { person: 0.5 }],
  ['Bang', { door: 0.2 }],
  ['Smash, crash; Breaking', { glass: 0.3, windowpane: 0.3, plate: 0.2, bottle: 0.2 }],
  ['Flap', { flag: 0.5, animal: 0.3, curtain: 0.1, tent: 0.1, awning: 0.1 }],
  ['Scratch', { person: 0.3, animal: 0.2 }],
  ['Scrape', { chair: 0.3, person: 0.2 }],
  ['Crumpling, crinkling', { person: 0.3, bag: 0.3 }],
  ['Beep, bleep', { microwave: 0.3, computer: 0.3, 'arcade machine': 0.2, 'traffic light': 0.2, washer: 0.2 }],
  ['Ding', { microwave: 0.3, clock: 0.2, bicycle: 0.2 }],
  ['Squeal', { car: 0.3, animal: 0.3 }],
  ['Creak', { door: 0.5, chair: 0.3, bed: 0.2, stairs: 0.2 }],
  ['Rustle', { tree: 0.7, palm: 0.5, plant: 0.5, bag: 0.2 }],
  ['Whir', { fan: 0.7, computer: 0.3, hood: 0.2, washer: 0.2 }],
  ['Clatter', { plate: 0.3, tray: 0.2 }],
  ['Sizzle', { stove: 0.7, food: 0.5 }],
  ['Clicking', { computer: 0.3, clock: 0.2 }],
  ['Rumble', { truck: 0.3, sky: 0.2 }],
  ['Plop', { water: 0.3, toilet: 0.2 }],
  ['Jingle, tinkle', { person: 0.2, animal: 0.2, glass: 0.2 }],
  ['Hum', { refrigerator: 0.5, fan: 0.3, computer: 0.3, light: 0.1 }],
  ['Crunch', { person: 0.3, food: 0.2 }],
  ['Whoosh, swoosh, swish; Thump, thud; Thunk; Ping; Clang; Clickety-clack; Zing; Boing', {}],
  ['Television', { television: 1, 'crt screen': 1, monitor: 0.3, screen: 0.3 }],
  // Has no class.
  ['Radio', {}],
];

/** Silence, tones, the room and the recording, which is where static and mains hum are: no thing that is seen. */
const nothingSeen: readonly Row[] = [
  ['Silence; Sine wave; Harmonic; Chirp tone; Sound effect; Pulse; Field recording', {}],
  ['Inside, small room; Inside, large room or hall; Inside, public space', {}],
  ['Outside, urban or manmade; Outside, rural or natural; Reverberation; Echo', {}],
  ['Noise; Environmental noise; Static; Mains hum; Distortion; Sidetone; Cacophony', {}],
  ['White noise; Pink noise; Throbbing; Vibration', {}],
];

/** The relation by names, one row for each sound: what of ADE20K can make it and how far. */
export const audiosetSightRows: readonly (readonly [sound: string, sights: Sights])[] = [
  ...people,
  ...animals,
  ...musicOfAllKinds,
  ...nature,
  ...vehicles,
  ...household,
  ...alarmsAndMachines,
  ...breakingAndLiquids,
  ...ambiguous,
  ...nothingSeen,
].flatMap(([sounds, sights]) => sounds.split('; ').map((sound) => [sound, sights] as const));

/** The same, to look a sound up. */
export const audiosetSights: ReadonlyMap<string, Sights> = new Map(audiosetSightRows);

/** R, 527 rows (AudioSet's order) of 150 weights (ADE20K's order), 0..1. */
export function audiosetToAde20k(): number[][] {
  return audiosetLabels.map(rowOf);
}

/** The same rows for the 521 sounds of YAMNet. */
export function yamnetToAde20k(): number[][] {
  return yamnetLabels.map(rowOf);
}

function rowOf(sound: string): number[] {
  const sights = audiosetSights.get(sound) ?? {};
  return ade20kLabels.map((sight) => sights[sight] ?? 0);
}
