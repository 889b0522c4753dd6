// What a page of the desk does by itself. Each file is one thing; all of them work on markup marked with data-….
import "./theme.js";
import "./dialogs.js";
import "./messages.js";
import "./forms.js";
import "./keys.js";
import "./pause.js";
import "./idle.js";
