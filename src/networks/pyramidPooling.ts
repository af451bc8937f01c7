/**
 * Pyramid pooling (Zhao et al. 2017, "Pyramid Scene Parsing Network"): means of a map over grids of a few cells, each
 * brought to fewer channels, enlarged again and put beside the map, so that every place knows the whole scene.
 */

export interface PyramidSteps<Value> {
  /** Mean over a grid of side x side windows. */
  readonly pool: (map: Value, side: number) => Value;
  /** To fewer channels. */
  readonly reduce: (pooled: Value, side: number) => Value;
  /** Back to the size of the map. */
  readonly enlarge: (reduced: Value) => Value;
}

/** @returns one value for each side, in their order, to be joined with the map */
export function pyramidPooling<Value>(
  map: Value,
  sides: readonly number[],
  { pool, reduce, enlarge }: PyramidSteps<Value>,
): Value[] {
  return sides.map((side) => enlarge(reduce(pool(map, side), side)));
}
