package portsmouth_test

import (
	"strings"
	"testing"
)

// The architecture as tables: who may import whom and why, which modules we depend on and why, how large things may grow.
// ARCHITECTURE.md says the same in prose; change both together. The checks that read these tables are in
// archcheck_test.go. They parse the files themselves: a test that asks the go command stays cached after a forbidden
// import has been added.

// packages says for each of our packages what else of ours it may import. A package that is not here fails the test: a new
// package begins with its place in the house.
var packages = map[string]rule{
	".": {pure: true, why: "the vocabulary depends on nothing, so that everything can depend on it"},

	"treaty": {
		pure: true, ours: words(". seal"), modules: words("golang.org/x/text znkr.io/diff"),
		why: "the text knows what is agreed, not how it came about",
	},
	"solver": {pure: true, ours: words("."), why: "mathematics over the vocabulary: an outsider can check it alone"},
	"elicit": {pure: true, ours: words(". solver"), why: "answers become preferences by arithmetic alone; a question is worth what it changes in the solver's answer"},
	"scenario": {
		pure: true, ours: words(". solver"), modules: words("gopkg.in/yaml.v3"),
		why: "file formats of the vocabulary, and the problem that a file states; nothing of conferences",
	},
	"seal": {pure: true, why: "a commitment is about bytes"},
	"record": {
		pure: true, modules: words("golang.org/x/mod"),
		why: "a verifier needs no knowledge of negotiation",
	},
	"verify":            {pure: true, ours: words("record seal"), why: "whoever checks a record reads this, record and seal, and nothing else of ours"},
	"record/recordtest": {ours: words("record"), why: "other people's verifiers, and bytes that are changed, for tests"},
	"conference": {
		pure: true, ours: words(". treaty seal"),
		why: "the rules replay without disk, network, clock or solver: a proposal contains what was computed",
	},
	"conference/conftest": {
		pure: true, ours: words(". conference treaty seal"),
		why: "scenes for tests, in the words of the rules",
	},
	"delegate": {pure: true, ours: words(". conference solver"), why: "an automated delegate sees what a person sees"},
	"client":   {ours: words(". conference treaty seal record"), why: "the client speaks HTTP, and holds no rule"},

	"internal/lock":    {modules: words("golang.org/x/crypto golang.org/x/text"), why: "what people lock with is about bytes; the accounts, the vault and the venue share it"},
	"internal/account": {ours: words(". internal/lock"), modules: words("github.com/go-webauthn/webauthn github.com/alexedwards/scs/v2 golang.org/x/time"), why: "people and devices know nothing of conferences"},
	"internal/live":    {ours: words("."), why: "a poke carries a number and no content"},
	"internal/venue": {
		ours: words(". conference treaty seal solver elicit scenario record delegate internal/account internal/live internal/lock"),
		why:  "the shell around the rules; storage reaches it through an interface of its own",
	},
	"internal/store": {
		ours:    words(". conference internal/venue internal/account internal/live"),
		modules: words("modernc.org/sqlite github.com/jackc/pgx/v5 github.com/pressly/goose/v3"),
		why:     "keeps bytes for the venue and the accounts; the rules are not in it, and not in SQL",
	},
	"internal/vault": {
		ours: words(". conference internal/venue internal/account internal/lock"),
		why:  "seals what the venue and the accounts keep, and knows the database by an interface only",
	},
	"internal/store/storetest": {
		ours: words(". conference internal/account internal/store"), modules: words("github.com/google/go-cmp pgregory.net/rapid"),
		why: "the one suite that both databases pass",
	},
	"internal/store/pgtest": {modules: words("github.com/jackc/pgx/v5"), why: "a throwaway PostgreSQL for tests, whoever they are"},
	"internal/demo": {
		ours:    words(". scenario conference treaty seal internal/venue internal/account examples examples/portsmouth-1905 examples/harbour"),
		modules: words("gopkg.in/yaml.v3"),
		why:     "replays a chronicle through the venue like any conference: it has no other door",
	},
	"internal/words": {
		ours: words(". conference"), modules: words("github.com/nicksnyder/go-i18n/v2 golang.org/x/text"),
		why: "says what a view shows in the reader's language; it sees no more than a view",
	},
	"internal/web": {
		ours:    words(". conference treaty seal solver elicit scenario internal/venue internal/account internal/live internal/lock internal/words internal/picture"),
		modules: words("github.com/a-h/templ golang.org/x/text"),
		why:     "screens over views: no storage, no state, no other front",
	},
	"internal/api": {
		ours:    words(". conference treaty seal solver elicit scenario internal/venue internal/account internal/live"),
		modules: words("github.com/danielgtaylor/huma/v2 github.com/modelcontextprotocol/go-sdk golang.org/x/time"),
		why:     "the same views for machines: no storage, no state, no other front",
	},
	"internal/picture":     {pure: true, ours: words("."), why: "draws plain numbers and words; the program and the screens share it, and it sees nothing that they do not hand it"},
	"internal/browsertest": {modules: words("github.com/chromedp/chromedp github.com/chromedp/cdproto"), why: "the only place that knows the browser's driver"},
	"cmd/portsmouth":       {all: true, modules: words("github.com/spf13/cobra"), why: "the wiring: the one place that may know everything"},

	"examples":                 {pure: true, why: "files, embedded so that they are in the program"},
	"examples/harbour":         {pure: true, why: "files, embedded so that the example is in the program"},
	"examples/portsmouth-1905": {pure: true, why: "files, embedded so that the demonstration is in the program"},
}

// onlyIn names packages that may be imported from few places, whatever the tables above allow.
var onlyIn = map[string]guard{
	"internal/store": {
		by: words("cmd/portsmouth internal/store/storetest"), tests: words("internal/store internal/vault internal/account internal/venue internal/web internal/api internal/demo"),
		why: "rules cannot hide in SQL that nothing else can reach; the tests named run against the real databases",
	},
	"internal/store/storetest": {tests: words("internal/store"), why: "a suite is for tests"},
	"internal/store/pgtest":    {by: words("internal/store/storetest"), tests: words("internal/store internal/vault internal/venue internal/web internal/live cmd/portsmouth"), why: "a throwaway cluster is for tests"},
	"internal/browsertest":     {tests: words("internal/web internal/demo cmd/portsmouth"), why: "a browser is for tests, and its driver no part of the program"},
	"record/recordtest":        {tests: words("record verify conference internal/venue internal/demo internal/web cmd/portsmouth"), why: "checkers of others are for tests"},
	"conference/conftest":      {tests: words("conference delegate internal/venue internal/store internal/web internal/api internal/demo cmd/portsmouth"), why: "scenes are for tests"},
}

// forbiddenNames are what a pure package may not touch; see noStd and noCalls.
var (
	noStd = prefixes{
		{"net", "no network in a pure package"},
		{"os", "no files, environment or processes in a pure package"},
		{"database/sql", "no storage in a pure package"},
		{"math/rand", "no chance in a pure package: ids and salts come in with Meta"},
		{"crypto/rand", "no chance in a pure package: ids and salts come in with Meta"},
		{"log", "a pure package returns what it has to say"},
		{"syscall", "no system in a pure package"},
		{"plugin", "no code from outside"},
		{"unsafe", "no unsafe memory"},
	}
	// noCalls holds for pure packages: Meta says when, and a passed deadline is itself a command.
	noCalls = words("time.Now time.Since time.Until time.Tick time.After time.AfterFunc time.Sleep time.NewTimer time.NewTicker")
	// noMentions holds for the two fronts.
	noMentions = map[string][]string{"internal/web": words("conference.State"), "internal/api": words("conference.State")}
	// onlyNames says what a package may name of another whose import it needs for a few types.
	onlyNames = map[string][]string{
		"internal/store":           words("conference.Append conference.Appended conference.Index conference.Leaf conference.LockRow conference.Poke conference.Stored"),
		"internal/store/storetest": words("conference.Append conference.Appended conference.Index conference.Leaf conference.LockRow conference.Poke conference.Stored"),
	}
	// badNames say nothing about what is inside.
	badNames = words("util utils common helper helpers model models manager managers service services misc base shared")
)

// modules are the direct dependencies, each with its reason. go.mod must require these directly and no other.
var modules = map[string]string{
	"github.com/a-h/templ":             "typed templates that page and live update share",
	"github.com/alexedwards/scs/v2":    "session cookies are not written by hand",
	"github.com/chromedp/cdproto":      "tests: the browser's protocol",
	"github.com/chromedp/chromedp":     "tests: drives a real browser",
	"github.com/fxamacker/cbor/v2":     "tests: a virtual authenticator writes its answers in it",
	"github.com/go-webauthn/webauthn":  "passkeys are not written by hand",
	"gopkg.in/yaml.v3":                 "scenario files, with the line and column of every mistake",
	"github.com/google/go-cmp":         "tests: readable differences",
	"github.com/jackc/pgx/v5":          "PostgreSQL, with LISTEN",
	"github.com/nicksnyder/go-i18n/v2": "message catalogues and plural rules",
	"github.com/pressly/goose/v3":      "migrations are not written by hand",
	"github.com/rogpeppe/go-internal":  "tests: scripts that run the real program",
	"github.com/spf13/cobra":           "subcommands, completion, help by example",
	"golang.org/x/crypto":              "Argon2id is not written by hand",
	"golang.org/x/mod":                 "Merkle trees and signed notes are not written by hand",
	"golang.org/x/text":                "Unicode normal form of what is signed, language matching, numbers",
	"golang.org/x/time":                "rate limits that delay",
	"modernc.org/sqlite":               "SQLite without a C compiler",
	"pgregory.net/rapid":               "tests: random conferences that shrink",
	"znkr.io/diff":                     "the redline: word-level differences",
}

// testModules may be used by any test.
var testModules = words("github.com/google/go-cmp pgregory.net/rapid github.com/rogpeppe/go-internal github.com/fxamacker/cbor/v2")

// limits are a smoke alarm, not a virtue: when one sounds, look whether a file or function does two things.
var limits = struct {
	file, function, testFunction, root, p90 int
	excused                                 map[string]string // file or file:function, and why
}{
	file: 500, function: 80, testFunction: 120, root: 1600, p90: 45,
	excused: map[string]string{},
}

func TestImports(t *testing.T) {
	report(t, checkImports(tree(t)))
}

func TestModules(t *testing.T) {
	report(t, checkModules(tree(t), read(t, "go.mod")))
}

func TestPurity(t *testing.T) {
	report(t, checkPurity(tree(t)))
}

func TestDocs(t *testing.T) {
	report(t, checkDocs(tree(t)))
}

func TestSizes(t *testing.T) {
	report(t, checkSizes(tree(t)))
}

func TestNames(t *testing.T) {
	report(t, checkNames(tree(t)))
}

func TestNothingOfTheMachine(t *testing.T) {
	report(t, checkText(texts(t)))
}

func TestLinks(t *testing.T) {
	report(t, checkLinks(texts(t), isThere))
}

// TestShortDocuments keeps the first two documents that anyone reads short enough to be read.
func TestShortDocuments(t *testing.T) {
	for name, most := range map[string]int{"README.md": 50, "ARCHITECTURE.md": 120} {
		if n := strings.Count(read(t, name), "\n"); n > most {
			t.Errorf("%s has %d lines, over %d", name, n, most)
		}
	}
}
