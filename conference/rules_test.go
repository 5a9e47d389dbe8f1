package conference_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// unshown are rules that no transcript can show, and why.
var unshown = map[string]string{
	"text-public":      "refuses a look at a text, not a command: bundle.go",
	"round-file":       "refuses to read a file, not a command: receipt.go",
	"round-files":      "refuses files that do not belong together: receipt.go",
	"answers-many":     "would take a thousand answers",
	"preferences-many": "would take five hundred versions",
	"entry-large":      "would take four megabytes",
	"words-other":      "refuses bytes, not a command: locked.go",
	"kept-many":        "would take sixteen megabytes: volume_test.go",
}

// TestEveryRuleIsShown wants every rule that can refuse in some transcript: a refusal that nobody has read is a rule that
// nobody has checked.
func TestEveryRuleIsShown(t *testing.T) {
	var shown strings.Builder
	for _, name := range transcripts(t) {
		shown.WriteString(read(t, name))
	}
	rules := rulesInSource(t)
	if len(rules) < 80 {
		t.Fatalf("found only %d rules in the source", len(rules))
	}
	for rule, where := range rules {
		mark := "[" + rule + "]"
		if strings.HasSuffix(rule, ":") { // "role:" and "stage:" go on with the command's name
			mark = "[" + rule
		}
		if !strings.Contains(shown.String(), mark) && unshown[rule] == "" {
			t.Errorf("%s: the rule %q refuses in no transcript", where, rule)
		}
	}
	for rule := range unshown {
		if rules[rule] == "" {
			t.Errorf("the rule %q is excused, but does not exist", rule)
		}
	}
}

// rulesInSource finds the names given to Refuse and Invalidf and to the field Rule, with their places.
func rulesInSource(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset, rules := token.NewFileSet(), map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if rule, ok := ruleOf(n); ok {
				rules[rule] = fset.Position(n.Pos()).String()
			}
			return true
		})
	}
	return rules
}

func ruleOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if ok && len(n.Args) > 0 && (f.Sel.Name == "Refuse" || f.Sel.Name == "Invalidf") {
			return literal(n.Args[0])
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
			return literal(n.Value)
		}
	}
	return "", false
}

// literal reads a string, or the string that a sum begins with.
func literal(e ast.Expr) (string, bool) {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		e = sum.X
	}
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
