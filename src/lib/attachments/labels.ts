import { m } from '#lib/messages/messages.js';
import { attachmentBytes, type AttachmentFault } from './types.ts';

const faultNames: Record<AttachmentFault | 'lost', (said: { size: number }) => string> = {
	'bad-name': m.attachments_fault_name, 'bad-type': m.attachments_fault_type, 'too-large': m.attachments_fault_large, empty: m.attachments_fault_empty,
	lost: m.attachments_fault_lost
};
/** What is wrong with a file, and the remedy. `lost`: it never arrived. */
export const attachmentFaultLabel = (fault: AttachmentFault | 'lost'): string => faultNames[fault]({ size: attachmentBytes / 1024 / 1024 });

/** The same, with the file's name. */
export const refusedFile = (name: string, fault: string): string => m.attachments_fault_of({ name, fault });

/** A file's size as it is shown. @param bytes of the file. */
export const sizeText = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
