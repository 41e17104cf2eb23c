package document

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/web"
)

//go:embed plain.css
var plainStyle string

// An Asset is a part of the page that a server hands out by itself. Its name
// holds a hash of its content, so that it may be kept for ever.
type Asset struct {
	Name string // "page-1f2e3d4c5b6a.js"
	Type string // media type
	Body []byte
}

// Assets returns the script and the style of the page, to be served under
// Options.Assets.
func Assets() (script, style Asset) { return pageScript(), pageSheet() }

var pageScript = sync.OnceValue(func() Asset { return NewAsset("page.js", web.Script) })

var pageSheet = sync.OnceValue(func() Asset { return NewAsset("page.css", []byte(pageStyle())) })

// NewAsset makes an asset of a script ("name.js") or a style ("name.css").
func NewAsset(name string, body []byte) Asset {
	sum := sha256.Sum256(body)
	base, ext, _ := strings.Cut(name, ".")
	kind := "text/css; charset=utf-8"
	if ext == "js" {
		kind = "text/javascript; charset=utf-8"
	}
	return Asset{base + "-" + hex.EncodeToString(sum[:6]) + "." + ext, kind, body}
}

// pageStyle is the style of the plain page and what the script adds to it.
func pageStyle() string { return plainStyle + string(web.Style) }

// staticPolicy allows a page nothing but its own style.
var staticPolicy = "default-src 'none'; style-src " + source([]byte(plainStyle))

// pagePolicy allows a page its own style and its own script, by their content.
var pagePolicy = sync.OnceValue(func() string {
	return "default-src 'none'; script-src " + source(web.Script) + "; style-src " + source([]byte(pageStyle())) + "; base-uri 'none'; form-action 'none'"
})

// source is the hash source of Content Security Policy level 3, section 2.3.1.
func source(b []byte) string {
	sum := sha256.Sum256(b)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
