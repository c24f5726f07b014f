import { readdir } from 'node:fs/promises';
import type { Command } from './command.ts';

const folder = new URL('./commands/', import.meta.url);

async function load(file: string): Promise<Command> {
	const module = (await import(new URL(file, folder).href)) as { readonly command: Command };
	return module.command;
}

async function files(): Promise<string[]> {
	return (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
}

export async function allCommands(): Promise<Command[]> {
	return Promise.all((await files()).map(load));
}

/** Finds the command that the first one or two words name, and what follows them. Loads no other command's code. */
export async function findCommand(
	words: readonly string[]
): Promise<{ readonly command: Command; readonly args: readonly string[] } | null> {
	const known = new Set(await files());
	for (const length of [2, 1]) {
		const name = words.slice(0, length);
		if (name.length < length || !name.every((word) => /^[a-z-]+$/.test(word))) continue;
		const file = `${name.join('-')}.ts`;
		if (!known.has(file)) continue;
		const command = await load(file);
		if (command.name === name.join(' ')) return { command, args: words.slice(length) };
	}
	return null;
}
