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
      const items = gallery[key];
      const content = key === 'negative' ? byReason(items, pictures) : figures(items, pictures);
      return `<h3>${title} <small>${meaning}</small></h3>\n${content}`;
    });
  if (groups.length === 0) return '';
  const key =
    '<p>The brighter the heat, the surer the model; the white line with a dark edge goes around what people marked.</p>';
  return [key, ...groups].join('\n');
}

function byReason(items: readonly GalleryItem[], pictures: ReportPictures): string {
  return [...missReasons, null]
    .map((reason) => ({ reason, found: items.filter((item) => item.reason === reason) }))
    .filter(({ found }) => found.length > 0)
    .map(({ reason, found }) => {
      const why = reason === null ? 'no reason known' : `${reason}: <small>${reasonMeanings[reason]}</small>`;
      return `<h4>${why}</h4>\n${figures(found, pictures)}`;
    })
    .join('\n');
}

function figures(items: readonly GalleryItem[], pictures: ReportPictures): string {
  return `<div class="gallery">\n${items.map((item) => figure(item, pictures.get(item.id))).join('\n')}\n</div>`;
}

function figure({ id, label, ciou, answer, heard, reason }: GalleryItem, picture: ReportPicture | undefined): string {
  const image = picture
    ? `<img src="data:image/jpeg;base64,${Buffer.from(picture.overlay).toString('base64')}" alt="${escapeMarkup(picture.alt)}">`
    : '<p class="absent">no picture kept</p>';
  const facts = [
    `cIoU ${decimal(ciou)}`,
    heard === null ? 'nothing heard' : `heard ${heard}`,
    `answer: ${answer}`,
    ...(reason === null ? [] : [reason]),
  ];
  return `<figure>${image}
<figcaption><strong>${escapeMarkup(label ?? 'a sound')}</strong><br>${facts.map(escapeMarkup).join('<br>')}<br><small>${escapeMarkup(id)}</small></figcaption></figure>`;
}
