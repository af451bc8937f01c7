/**
 * Balanced sampling over categories, the report's wish: most of its pairs show people, and a category with ten pairs is
 * lost beside one with a thousand.
 */

/**
 * How often each example should be drawn, in proportion.
 * @param categories the category of each example
 * @param strength 0 leaves the examples as they are, 1 draws every category equally often, 0.5 draws a category in
 * proportion to the root of its size; default 1
 */
export function balancedWeights(categories: readonly (string | number)[], strength = 1): Float64Array {
  const sizes = new Map<string | number, number>();
  for (const category of categories) sizes.set(category, (sizes.get(category) ?? 0) + 1);
  return Float64Array.from(categories, (category) => sizes.get(category)! ** -strength);
}
