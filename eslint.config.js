import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import typescript from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Newer than the browsers of the offices (Chromium 90): the build lowers syntax, not built-ins. */
const tooNew = [
	['CallExpression[callee.property.name="at"][arguments.length=1]', 'at() is Chrome 92'],
	['CallExpression[callee.property.name=/^(findLast|findLastIndex)$/]', 'findLast() is Chrome 97'],
	['CallExpression[callee.property.name=/^(toSorted|toReversed|toSpliced|with)$/]', 'toSorted() and its kin are Chrome 110'],
	['MemberExpression[object.name="Object"][property.name=/^(hasOwn|groupBy)$/]', 'Object.hasOwn is Chrome 93, groupBy 117'],
	['CallExpression[callee.name="structuredClone"]', 'structuredClone is Chrome 98'],
	['CallExpression[callee.property.name="randomUUID"]', 'crypto.randomUUID is Chrome 92'],
	['MemberExpression[object.name="Promise"][property.name=/^(withResolvers|try)$/]', 'Chrome 119'],
	['MemberExpression[object.name="AbortSignal"][property.name=/^(any|timeout)$/]', 'AbortSignal.timeout is Chrome 103']
].map(([selector, message]) => ({ selector, message: `${message}; the offices run Chromium 90.` }));

export default defineConfig(
	{
		ignores: [
			'build/',
			'.svelte-kit/',
			'.cache/',
			'.data/',
			'.bench/',
			'src/lib/messages/',
			'src/lib/messages-sent/',
			'test-results/',
			'playwright-report/',
			'project.inlang/'
		]
	},
	...typescript.configs.recommended,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.node, ...globals.browser } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
			'no-restricted-imports': [
				'error',
				{ patterns: [{ group: ['$lib', '$lib/*', '$env/*'], message: 'Use #lib/… and src/lib/settings.' }] }
			],
			'no-async-promise-executor': 'error',
			'no-constant-binary-expression': 'error',
			'no-debugger': 'error',
			'no-dupe-else-if': 'error',
			'no-duplicate-case': 'error',
			'no-empty': 'error',
			'no-fallthrough': 'error',
			'no-irregular-whitespace': 'error',
			'no-misleading-character-class': 'error',
			'no-self-assign': 'error',
			'no-self-compare': 'error',
			'no-sparse-arrays': 'error',
			'no-template-curly-in-string': 'error',
			'no-unmodified-loop-condition': 'error',
			'no-unreachable': 'error',
			'no-unsafe-finally': 'error',
			'no-useless-escape': 'error',
			'prefer-const': 'error',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			// Links are root-relative on purpose: the product is served from the root of its own host.
			'svelte/no-navigation-without-resolve': 'off'
		}
	},
	{
		// Statistics, links, rules: what must give the same answer to the same question.
		files: ['src/lib/**/*.ts'],
		ignores: ['src/lib/**/*.server.ts', 'src/lib/**/*.svelte.ts', 'src/lib/settings/settings.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{ selector: 'MemberExpression[object.name="process"][property.name="env"]', message: 'The environment is read in src/lib/settings.' }
			]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.js'],
		languageOptions: { parserOptions: { parser: typescript.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
		rules: {
			'no-restricted-syntax': ['error', ...tooNew],
			// Props are destructured with let; the Svelte rule knows.
			'prefer-const': 'off',
			'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$bindable'] }],
			// svelte-check reports unused ones, and knows the compiler's options.
			'svelte/no-unused-svelte-ignore': 'off',
			// `{' '}` keeps a blank that the formatter would take; U+3000 indents options.
			'svelte/no-useless-mustaches': 'off',
			'no-irregular-whitespace': 'off',
			// Sets and maps that never change are no state.
			'svelte/prefer-svelte-reactivity': 'off'
		}
	}
);
