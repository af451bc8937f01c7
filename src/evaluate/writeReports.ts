/** The reports of a finished run: report.json, report.md and report.html in its folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import type { Evaluation, GalleryItem } from './evaluation.ts';
import { galleryFile } from './gallery.ts';
import { htmlReport, type ReportPicture } from './report/htmlReport.ts';
import { markdownReport } from './report/markdownReport.ts';

export async function writeReports(folder: string, evaluation: Evaluation): Promise<void> {
  const pictures = await galleryPictures(folder, Object.values(evaluation.gallery).flat());
  const write = (name: string, text: string): Promise<void> =>
    writeFileAtomically(join(folder, name), text, { force: true });
  await write('report.json', `${JSON.stringify(evaluation, null, 2)}\n`);
  await write('report.md', markdownReport(evaluation));
  await write('report.html', htmlReport(evaluation, pictures));
}

/** A picture that is not there is left out: the parts of a run may have been joined without it. */
async function galleryPictures(
  folder: string,
  items: readonly GalleryItem[],
): Promise<ReadonlyMap<string, ReportPicture>> {
  const pictures = new Map<string, ReportPicture>();
  for (const { id, index, label } of items) {
    const overlay = await readFile(join(folder, galleryFile(index))).catch(() => undefined);
    if (overlay) pictures.set(id, { overlay, alt: `Heat of ${label ?? 'the sound'} in ${id}` });
  }
  return pictures;
}
