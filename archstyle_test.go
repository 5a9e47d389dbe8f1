package portsmouth_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// checkDocs wants a comment on every package and every exported name that people write and read.
func checkDocs(files []*file) []string {
	var problems []string
	documented := map[string]bool{}
	for _, f := range files {
		if f.test || f.generated {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.ast.Doc != nil
		for _, decl := range f.ast.Decls {
			for _, name := range undocumented(decl) {
				problems = append(problems, fmt.Sprintf("%s: %s has no doc comment", f.fset.Position(decl.Pos()), name))
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			problems = append(problems, "package "+dir+" has no doc comment")
		}
	}
	return problems
}

// undocumented lists the exported names of a declaration that have no comment.
func undocumented(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && receiverExported(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		// A comment on a group speaks for its members.
		if d.Doc != nil || d.Tok == token.IMPORT {
			return nil
		}
		var names []string
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(spec)...)
		}
		return names
	}
	return nil
}

// undocumentedSpec is undocumented for one line of a type, const or var group.
func undocumentedSpec(spec ast.Spec) []string {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Doc == nil && s.Comment == nil && s.Name.IsExported() {
			return []string{s.Name.Name}
		}
	case *ast.ValueSpec:
		if s.Doc != nil || s.Comment != nil {
			return nil
		}
		var names []string
		for _, n := range s.Names {
			if n.IsExported() {
				names = append(names, n.Name)
			}
		}
		return names
	}
	return nil
}

// receiverExported tells whether a function is no method, or one of an exported type.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() {
			exported = true
		}
		return true
	})
	return exported
}

// checkSizes holds files, functions and the root package against the limits.
func checkSizes(files []*file) []string {
	var problems []string
	var lengths []int
	root := 0
	for _, f := range files {
		if f.generated {
			continue
		}
		if f.dir == "." && !f.test {
			root += f.lines
		}
		if f.lines > limits.file && limits.excused[f.path] == "" {
			problems = append(problems, fmt.Sprintf("%s has %d lines, over %d: it may be two nouns", f.path, f.lines, limits.file))
		}
		own, long := f.functions()
		problems = append(problems, long...)
		if !f.test {
			lengths = append(lengths, own...)
		}
	}
	if root > limits.root {
		problems = append(problems, fmt.Sprintf("the root package has %d lines, over %d: everything depends on it", root, limits.root))
	}
	if p := percentile90(lengths); p > limits.p90 {
		problems = append(problems, fmt.Sprintf("one function in ten is longer than %d lines, over %d", p, limits.p90))
	}
	return problems
}

// functions returns the length of every function of the file, and the complaints about those that are too long.
func (f *file) functions() (lengths []int, problems []string) {
	most := limits.function
	if f.test {
		most = limits.testFunction
	}
	for _, decl := range f.ast.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := f.fset.Position(d.End()).Line - f.fset.Position(d.Pos()).Line + 1
		lengths = append(lengths, n)
		if n > most && limits.excused[f.path+":"+d.Name.Name] == "" {
			problems = append(problems, fmt.Sprintf("%s: %s has %d lines, over %d", f.path, d.Name.Name, n, most))
		}
	}
	return lengths, problems
}

// percentile90 is the length that nine functions in ten do not exceed.
func percentile90(lengths []int) int {
	if len(lengths) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(lengths))
	return sorted[len(sorted)*9/10]
}

// vendored are files that others wrote, kept as they came.
var vendored = regexp.MustCompile(`(^|/)(axe|vendor)/`)

// machine finds what belongs to somebody's machine or network and not into a repository. The words are put together here
// so that this file does not contain them itself.
var machine = regexp.MustCompile(strings.Join([]string{
	`(^|[^\w.~-])/(wo` + `rk|ro` + `ot)/`, `(^|[^\w.])/ho` + `me/[a-z]`, `/Us` + `ers/[a-z]`, `C:\\Us` + `ers`,
	`proxy\.gol` + `ang`, `sum\.gol` + `ang`, `registry\.np` + `mjs`, `registry\.ya` + `rnpkg`, `py` + `pi\.org`,
	`files\.python` + `hosted`, `deb\.deb` + `ian\.org`, `arti` + `factory`, `index\.cr` + `ates`,
}, "|"))

// outside finds paths of the neighbouring folders of one workshop. Tests may name them, and skip where they are absent.
var outside = regexp.MustCompile(`sha` + `red/(design|data|mission)`)

// texts returns every text file of the repository that we wrote.
func texts(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := walk(func(name string) error {
		if vendored.MatchString(name) {
			return nil
		}
		b, err := os.ReadFile(name)
		if err == nil && !bytes.ContainsRune(b, 0) {
			found[name] = string(b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// checkText looks for paths and hosts of a machine, line by line.
func checkText(texts map[string]string) []string {
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		test := strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/")
		for i, line := range strings.Split(texts[name], "\n") {
			if m := machine.FindString(line); m != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %q belongs to a machine, not to %s", name, i+1, m, path.Base(name)))
			}
			if m := outside.FindString(line); m != "" && !test {
				problems = append(problems, fmt.Sprintf("%s:%d: %q is not in this repository", name, i+1, m))
			}
		}
	}
	return problems
}

// linked finds the target of a Markdown link or picture.
var linked = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)

// checkLinks wants every link within the repository to lead to a file of the repository.
func checkLinks(texts map[string]string, exists func(string) bool) []string {
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, m := range linked.FindAllStringSubmatch(texts[name], -1) {
			if strings.Contains(m[1], ":") || exists(path.Join(path.Dir(name), m[1])) {
				continue
			}
			problems = append(problems, name+" links to "+m[1]+", which is not there")
		}
	}
	return problems
}

// isThere tells whether the repository has the file or folder.
func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
