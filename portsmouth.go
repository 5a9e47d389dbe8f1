// Package portsmouth is the vocabulary of a neutral venue for mediated negotiations: what there is to settle (issues,
// options, agendas, conditions), what may be agreed (outcomes), who takes part (parties, roles) and what a party
// wants (preferences). It holds no state and does no I/O; every other package speaks in its words.
//
// The map of the packages around it:
//
//	conference   the rules of a conference: commands in, events out; who may see what; what becomes public
//	treaty       the text of an agreement: articles, digest, signatures, rendering
//	scenario     files: our YAML form of agenda, parties, people, preferences and packages
//	internal/…   the venue itself: storage, accounts, live updates, the screens
//	cmd/…        the program
//
// Words: a package of terms on the screen is an [Outcome] here; an offer comes from a party, a proposal from the
// mediator; "ad referendum" means agreed subject to the principal and to the whole. The glossary is in
// docs/guide/words.md.
package portsmouth

import (
	"slices"
	"sort"
	"strings"
)

// Text is one statement in several languages, by BCP 47 tag ("en", "fr").
type Text map[string]string

// In returns the text in the first of the wanted languages that is present, else in any language (the first by tag),
// else "".
func (t Text) In(langs ...string) string {
	for _, l := range langs {
		if s := t[l]; s != "" {
			return s
		}
	}
	for _, l := range t.Languages() {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// Languages lists the tags that are present, sorted.
func (t Text) Languages() []string {
	langs := make([]string, 0, len(t))
	for l := range t {
		langs = append(langs, l)
	}
	sort.Strings(langs)
	return langs
}

// Missing lists those of langs in which the text is absent or blank.
func (t Text) Missing(langs []string) []string {
	var missing []string
	for _, l := range langs {
		if strings.TrimSpace(t[l]) == "" {
			missing = append(missing, l)
		}
	}
	return missing
}

// Clone returns an independent copy.
func (t Text) Clone() Text {
	if t == nil {
		return nil
	}
	c := make(Text, len(t))
	for l, s := range t {
		c[l] = s
	}
	return c
}

// SortedKeys returns the keys of m in ascending order: maps are sorted before anything is shown, hashed or logged.
func SortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
