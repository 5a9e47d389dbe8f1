package words

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"portsmouth"
)

// named finds the rules that the sources refuse by.
var named = regexp.MustCompile(`(?:Invalidf|Refuse)\(\s*"([a-z0-9-]+)[":]|Rule: +"([a-z0-9-]+)"`)

// rulesOf lists the rules by which the sources of some folders refuse what a person does on the pages.
func rulesOf(t *testing.T, folders ...string) []string {
	t.Helper()
	rules := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(src), -1) {
				rules[m[1]+m[2]] = true
			}
		}
	}
	return portsmouth.SortedKeys(rules)
}

// TestRulesAreTranslated lists the refusals that have no words in a language, and holds to three in four of them.
// Those without are shown as the rules word them, marked as English.
func TestRulesAreTranslated(t *testing.T) {
	rules := rulesOf(t, "../..", "../../conference", "../../elicit", "../account", "../venue", "../web")
	for _, lang := range Languages[1:] {
		p := For(lang)
		var without []string
		for _, rule := range rules {
			if !p.Has("rule." + rule) {
				without = append(without, rule)
			}
		}
		t.Logf("%s: %d of %d rules have words; without: %s", lang, len(rules)-len(without), len(rules), strings.Join(without, " "))
		if 4*len(without) > len(rules) {
			t.Errorf("%s: only %d of %d rules have words", lang, len(rules)-len(without), len(rules))
		}
		for key, message := range catalogue(t, lang) {
			rule, isRule := strings.CutPrefix(key, "rule.")
			if !isRule {
				continue
			}
			if !slices.Contains(rules, rule) {
				t.Errorf("%s: nothing refuses by the rule %s", lang, rule)
			}
			first, _ := utf8.DecodeRuneInString(message)
			if unicode.IsLower(first) || !strings.HasSuffix(message, ".") {
				t.Errorf("%s: %s is no sentence: %s", lang, key, message)
			}
		}
	}
	if For(Languages[0]).Has("rule.offer-terms") {
		t.Error("the first language has words that only another was given")
	}
}
