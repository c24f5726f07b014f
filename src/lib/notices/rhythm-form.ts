import { noticeKinds, type NoticeKind } from './kinds.ts';
import { choices, type Choice, type Rhythm } from './rhythm.ts';

/** The rhythm that a form of `RhythmForm.svelte` says; whether it makes sense is `checkRhythm`'s to say. */
export function rhythmOfForm(form: FormData): Rhythm {
	const text = (name: string) => String(form.get(name) ?? '').trim().slice(0, 200);
	const chosen = noticeKinds.map((kind): [NoticeKind, Choice | undefined] => [kind, choices.find((choice) => choice === text(`kind-${kind}`))]);
	return {
		kinds: Object.fromEntries(chosen.filter(([, choice]) => choice !== undefined)) as Rhythm['kinds'],
		digestTimes: [...new Set(text('digestTimes').split(/[\s,，、;；]+/).filter((time) => time !== '').map(twoDigits))].sort(),
		quiet: form.has('quiet') ? { from: text('quietFrom'), to: text('quietTo') } : null,
		quietDaysOff: form.has('quietDaysOff'),
		urgentThrough: form.has('urgentThrough')
	};
}

/** `9:00` and `9：00` as well. */
const twoDigits = (time: string): string => time.replace('：', ':').replace(/^(\d):/, '0$1:');
