/** Text of others inside HTML and SVG. */

/** Makes text safe inside elements and attributes of SVG and HTML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Two decimals are a hundredth of a pixel or percent. */
export function coordinate(value: number): string {
  return `${Math.round(100 * value) / 100}`;
}
