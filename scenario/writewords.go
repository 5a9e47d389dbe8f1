package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// fileNames gives each party a file of its own, named after it, other than the names taken.
func (s *Space) fileNames(ending string, taken ...string) []string {
	seen := map[string]bool{}
	for _, t := range taken {
		seen[strings.ToLower(t)] = true
	}
	all := make([]string, len(s.Profiles))
	for k := range s.Profiles {
		base := fileWord(s.Profiles[k].Name, fmt.Sprintf("party%d", k+1))
		name := base
		for n := 2; seen[strings.ToLower(name+ending)]; n++ {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		seen[strings.ToLower(name+ending)] = true
		all[k] = name + ending
	}
	return all
}

// fileWord makes a file's name of a word: letters, digits, “-” and “_”.
func fileWord(s, without string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_') {
			return r
		}
		return '_'
	}, s), "_-")
	if s == "" {
		return without
	}
	return s[:min(len(s), 80)]
}

// quoted writes a text as JSON, which YAML reads in the same way once what YAML forbids is escaped.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // a string always encodes
	}
	var to strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if r >= 0x7f && r <= 0x9f || r >= 0xfeff && r <= 0xffff && r != '\ufffd' {
			fmt.Fprintf(&to, `\u%04x`, r)
		} else {
			to.WriteRune(r)
		}
	}
	return to.String()
}
