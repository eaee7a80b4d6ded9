#!/usr/bin/env node
// Committed and executable, so that npm can link the command before it is built.
import "../dist/main.js";
