// Loaded before everything else, and plain JavaScript, because an older Node does not understand the files that follow.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
	console.error(
		`This is Node ${process.versions.node}, at least 22.18 is needed. The project brings its own (npm package "node"), but its ` +
			'install script has not run: try "npm rebuild node", and start with npm.'
	);
	process.exit(1);
}
