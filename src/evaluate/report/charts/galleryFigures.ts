/** Pictures with their heat, found, roughly found and not found, the last with the reason. */
import type { Evaluation, GalleryItem } from '../../evaluation.ts';
import { missReasons } from '../../itemRecord.ts';
import { decimal } from '../figures.ts';
import { escapeMarkup } from '../markup.ts';
import { galleryGroups } from '../sections/groups.ts';
import { reasonMeanings } from '../words.ts';

export interface ReportPicture {
  /** A jpeg. */
  readonly overlay: Uint8Array;
  readonly alt: string;
}

export type ReportPictures = ReadonlyMap<string, ReportPicture>;

export function galleryFigures({ gallery }: Evaluation, pictures: ReportPictures): string {
  const groups = galleryGroups
    .filter(({ key }) => gallery[key].length > 0)
    .map(({ key, title, meaning }) => {
      const heading = `<h3>${title} <small>${meaning}</small></h3>`;
      const shown = gallery[key].map((item) => figure(item, pictures.get(item.id)));
      return `${heading}\n<div class="gallery">\n${shown.join('\n')}\n</div>`;
    });
  if (groups.length === 0) return '';
  const key =
    '<p>The brighter the heat, the surer the model; the white line with a dark edge goes around what people marked.</p>';
  return [key, reasonList(Object.values(gallery).flat()), ...groups].join('\n');
}

/** What the reasons among these mean. */
function reasonList(items: readonly GalleryItem[]): string {
  const named = missReasons.filter((reason) => items.some((item) => item.reason === reason));
  const entries = named.map((reason) => `<div><dt>${reason}</dt><dd>${reasonMeanings[reason]}</dd></div>`);
  return named.length === 0 ? '' : `<dl>\n${entries.join('\n')}\n</dl>`;
}

function figure({ id, label, ciou, answer, heard, reason }: GalleryItem, picture: ReportPicture | undefined): string {
  const image = picture
    ? `<img src="data:image/jpeg;base64,${Buffer.from(picture.overlay).toString('base64')}" alt="${escapeMarkup(picture.alt)}">`
    : '<p class="absent">no picture kept</p>';
  const lines = [
    ...(reason === null ? [] : [`<strong class="reason">${escapeMarkup(reason)}</strong>`]),
    `<strong>${escapeMarkup(label ?? 'a sound')}</strong>, cIoU ${decimal(ciou)}`,
    escapeMarkup(heard === null ? 'heard nothing' : `heard as ${heard}`),
    `answer: ${escapeMarkup(answer)}`,
    `<small>${escapeMarkup(id)}</small>`,
  ];
  return `<figure>${image}
<figcaption>${lines.join('<br>')}</figcaption></figure>`;
}
