/** Called by the framework to read what a page load sends; Chromium has it since 93, offices run 90. */
Object.hasOwn ??= (object: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(object, key);
