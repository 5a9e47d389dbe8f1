package portsmouth_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// rule says what one package may import. A pure package is also bound by noStd and noCalls.
type rule struct {
	pure    bool
	all     bool     // may import everything of ours
	ours    []string // packages of ours; "." is the root
	modules []string // modules of others
	why     string
}

// guard says who alone may import a package: these packages, and the tests of those.
type guard struct {
	by, tests []string
	why       string
}

// prefixes are import paths, each standing for itself and all below it, with the reason why it is forbidden.
type prefixes []struct{ path, why string }

// file is one parsed source file of the repository.
type file struct {
	path, dir string
	test      bool
	generated bool
	lines     int
	fset      *token.FileSet
	ast       *ast.File
}

// words splits a list that is easier to read as one string.
func words(s string) []string { return strings.Fields(s) }

// within tells whether an import path is the prefix or lies below it.
func within(imported, prefix string) bool {
	return imported == prefix || strings.HasPrefix(imported, prefix+"/")
}

// parseFile makes a file of a source text.
func parseFile(name, src string) (*file, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{
		path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(tree), lines: strings.Count(src, "\n"), fset: fset, ast: tree,
	}, nil
}

// skipped are folders that are not committed: .gitignore names them.
var skipped = regexp.MustCompile(`^(data|\.git|\.cache)$|(^|/)node_modules$`)

// walk calls f for every file of the repository.
func walk(f func(name string) error) error {
	return fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && skipped.MatchString(name) {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		return f(name)
	})
}

// loadTree parses every Go file once for all tests.
var loadTree = sync.OnceValues(func() ([]*file, error) {
	var files []*file
	err := walk(func(name string) error {
		if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") || strings.HasPrefix(name, "tools/") { // modules of their own
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		parsed, err := parseFile(name, string(src))
		files = append(files, parsed)
		return err
	})
	return files, err
})

// tree returns the parsed repository.
func tree(t *testing.T) []*file {
	t.Helper()
	files, err := loadTree()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 5 {
		t.Fatalf("only %d files found: the walk is broken", len(files))
	}
	return files
}

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// module is the name of our module, read so that renaming it touches no test.
var module = sync.OnceValue(func() string {
	b, err := os.ReadFile("go.mod")
	if err != nil {
		return ""
	}
	return regexp.MustCompile(`(?m)^module (\S+)`).FindStringSubmatch(string(b))[1]
})

// report fails the test with every problem, one a line.
func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

// own turns an import path into the folder of one of our packages.
func own(imported string) (string, bool) {
	if imported == module() {
		return ".", true
	}
	return strings.CutPrefix(imported, module()+"/")
}

// imports lists what a file imports.
func (f *file) imports() []string {
	var list []string
	for _, spec := range f.ast.Imports {
		list = append(list, strings.Trim(spec.Path.Value, `"`))
	}
	return list
}

// checkImports holds every import against the tables.
func checkImports(files []*file) []string {
	var problems []string
	for _, f := range files {
		r, known := packages[f.dir]
		if !known {
			problems = append(problems, fmt.Sprintf("%s: the package %s has no rule in arch_test.go: give it its place first", f.path, f.dir))
			continue
		}
		for _, imported := range f.imports() {
			if why := refusal(f, r, imported); why != "" {
				problems = append(problems, fmt.Sprintf("%s may not import %s: %s", f.path, imported, why))
			}
		}
	}
	return problems
}

// refusal says why the file may not import this, or "".
func refusal(f *file, r rule, imported string) string {
	if dir, ours := own(imported); ours {
		return refusalOurs(f, r, dir)
	}
	if strings.Contains(strings.Split(imported, "/")[0], ".") {
		return refusalModule(f, r, imported)
	}
	if !r.pure || f.test {
		return ""
	}
	for _, p := range noStd {
		if within(imported, p.path) {
			return p.why
		}
	}
	return ""
}

// refusalOurs judges an import of one of our packages. Tests may look at everything but the guarded packages.
func refusalOurs(f *file, r rule, dir string) string {
	if g, guarded := onlyIn[dir]; guarded && f.dir != dir {
		if slices.Contains(g.by, f.dir) || f.test && slices.Contains(g.tests, f.dir) {
			return ""
		}
		return g.why
	}
	if f.test || r.all || dir == f.dir || slices.Contains(r.ours, dir) {
		return ""
	}
	return r.why
}

// refusalModule judges an import of somebody else's package.
func refusalModule(f *file, r rule, imported string) string {
	allowed := r.modules
	if f.test {
		allowed = append(slices.Clone(allowed), testModules...)
	}
	for _, m := range allowed {
		if within(imported, m) {
			return ""
		}
	}
	return "this package may use " + fmt.Sprintf("%q", allowed) + " and no other module (" + r.why + ")"
}

// checkModules wants go.mod to require directly exactly the modules that have a reason.
func checkModules(files []*file, gomod string) []string {
	var problems []string
	direct := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\s*(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(gomod, -1) {
		direct[m[1]] = true
		if modules[m[1]] == "" {
			problems = append(problems, "go.mod requires "+m[1]+", which has no reason in arch_test.go")
		}
	}
	for _, m := range slices.Sorted(maps.Keys(modules)) {
		if !slices.ContainsFunc(files, func(f *file) bool { return f.uses(m) }) {
			problems = append(problems, "nothing imports "+m+": take it out of go.mod and arch_test.go")
		} else if !direct[m] {
			problems = append(problems, "arch_test.go gives a reason for "+m+", which go.mod does not require directly: go mod tidy")
		}
	}
	return problems
}

// uses tells whether the file imports something of the module.
func (f *file) uses(module string) bool {
	return slices.ContainsFunc(f.imports(), func(i string) bool { return within(i, module) })
}

// checkPurity looks for names that a package may not use although it may import where they come from.
func checkPurity(files []*file) []string {
	var problems []string
	for _, f := range files {
		if f.test {
			continue
		}
		var banned []string
		if packages[f.dir].pure {
			banned = noCalls
		}
		banned = append(slices.Clone(banned), noMentions[f.dir]...)
		for _, name := range f.mentions(banned) {
			problems = append(problems, name+": a pure package has no clock (Meta says when), and a screen sees a View, never a State")
		}
		problems = append(problems, f.strays()...)
	}
	return problems
}

// mentions finds the banned names, written as package.Name, under whatever name the file imports the package.
func (f *file) mentions(banned []string) []string {
	var found []string
	for pos, name := range f.selectors() {
		if slices.Contains(banned, name) {
			found = append(found, f.fset.Position(pos).String()+" names "+name)
		}
	}
	return found
}

// strays finds names that the file takes from a package of which it may name only others.
func (f *file) strays() []string {
	allowed := onlyNames[f.dir]
	if len(allowed) == 0 {
		return nil
	}
	var found []string
	from, _, _ := strings.Cut(allowed[0], ".")
	for pos, name := range f.selectors() {
		if strings.HasPrefix(name, from+".") && !slices.Contains(allowed, name) {
			found = append(found, fmt.Sprintf("%s names %s: of %s it may name only what keeps acts, %q",
				f.fset.Position(pos), name, from, allowed))
		}
	}
	return found
}

// selectors goes through every name that the file takes from an imported package, as package.Name, with the package
// under the last part of its path whatever it is called in this file.
func (f *file) selectors() iter.Seq2[token.Pos, string] {
	names := map[string]string{}
	for _, spec := range f.ast.Imports {
		imported := path.Base(strings.Trim(spec.Path.Value, `"`))
		local := imported
		if spec.Name != nil {
			local = spec.Name.Name
		}
		names[local] = imported
	}
	return func(yield func(token.Pos, string) bool) {
		for n := range ast.Preorder(f.ast) {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && names[x.Name] != "" && !yield(sel.Pos(), names[x.Name]+"."+sel.Sel.Name) {
				return
			}
		}
	}
}

// checkNames refuses package names that say nothing, and imports that hide where a name comes from.
func checkNames(files []*file) []string {
	var problems []string
	for _, f := range files {
		name := strings.TrimSuffix(f.ast.Name.Name, "_test")
		if slices.Contains(badNames, name) || slices.Contains(badNames, path.Base(f.dir)) {
			problems = append(problems, f.path+": the package name "+name+" does not say what is inside")
		}
		for _, spec := range f.ast.Imports {
			if spec.Name != nil && spec.Name.Name == "." {
				problems = append(problems, f.path+": imports "+spec.Path.Value+" with a dot, which hides where names come from")
			}
		}
	}
	return problems
}
