/** Headers as they are compared: width, case, blanks and punctuation do not matter. */
export function plainHeader(text: string): string {
	return text.normalize('NFKC').toLowerCase().replace(/[\s_\-—/\\.,:;()[\]"'“”‘’*#、，。：；（）【】]/g, '');
}
