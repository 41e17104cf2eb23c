package prose

// Options say what is known of a text beside it.
type Options struct {
	Publisher string
	Published string // a date; years that the text leaves out are taken from it
	Names     []Name // of a store
}

// A Reading is what a text says.
type Reading struct {
	Mentions []Mention
	Aliases  []Alias
	Links    []Link
}

// Read reads a text.
func Read(text string, o Options) *Reading {
	r := &reading{text: text, lex: lexicons(), dict: builtin().with(o.Names), publisher: o.Publisher}
	r.toks = tokens(text)
	r.sents = sentences(text, r.toks)
	r.lex.mark(r.toks)
	r.names()
	r.markNames()
	r.described()
	r.findActors()
	r.aliases()
	r.derive()
	r.centres()
	r.findLinks()
	return &Reading{Mentions: r.mentions, Aliases: r.found, Links: r.links}
}

// markNames gives the names of programs and of victims the classes that rules
// ask for.
func (r *reading) markNames() {
	for k := range r.mentions {
		m := &r.mentions[k]
		var c classes
		switch m.Kind {
		case Malware:
			c = r.lex.mask("MALW|TOOL|TOOLX")
		case Tool:
			c = r.lex.mask("TOOLNAME|PUBTOOL|TOOL")
		case Organisation:
			c = r.lex.mask("VICTIMP|VICTIM")
		case Group:
			continue
		}
		r.toks[m.from].class = r.toks[m.from].class.or(c)
	}
}
