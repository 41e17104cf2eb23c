// Package web holds the page, the same in the HTML report and on the server.
//
// Its sources are TypeScript (src/); what Vite builds of them is kept in dist/,
// so that the program builds with Go alone. The page renders a document of
// package document and computes nothing. It is not for documents (document), nor
// for answering requests (server).
package web

import _ "embed"

// Script is the page's program: one script without imports.
//
//go:embed dist/page.js
var Script []byte

// Style is the page's style sheet, which follows that of the plain page.
//
//go:embed dist/page.css
var Style []byte

// Desk is the program of the server's own pages, DeskStyle their style beside that
// of the page.
//
//go:embed dist/desk.js
var Desk []byte

// DeskStyle: see [Desk].
//
//go:embed dist/desk.css
var DeskStyle []byte
