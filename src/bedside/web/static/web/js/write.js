// The composer.
import "./keep.js";
import "./marks.js";
import "./pictures.js";
import "./suggest.js";
