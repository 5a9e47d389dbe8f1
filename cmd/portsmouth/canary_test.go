package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// canaries are random strings that are put into everything confidential and then looked for where a thief would look. Each
// is two words of twelve letters around a sign that JSON, HTML and addresses write in ways of their own.
type canaries struct {
	mu    sync.Mutex
	words map[string]string // word: the field into which it was put
}

const wordLetters = 12

func (c *canaries) word(field string) string {
	var b [wordLetters]byte
	for k := range b {
		b[k] = "abcdefghijklmnopqrstuvwxyz"[rand.IntN(26)]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.words[string(b[:])] = field
	return string(b[:])
}

func (c *canaries) text(field string) string { return c.word(field) + "&" + c.word(field) }

// fields counts the different fields into which canaries were put.
func (c *canaries) fields() int {
	fields := map[string]bool{}
	for _, field := range c.words {
		fields[field] = true
	}
	return len(fields)
}

// needles are every canary in each form in which it might lie on a disk, by its first eight bytes.
type needles map[[8]byte][]needle

type needle struct {
	word string
	form []byte
}

// needles writes every canary as it is, in hexadecimal, and in base64 at each of its three positions.
func (c *canaries) needles() needles {
	all := needles{}
	for word := range c.words {
		coded := hex.EncodeToString([]byte(word))
		forms := []string{word, coded, strings.ToUpper(coded)}
		for shift := range 3 {
			whole := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{'x'}, shift), word...))
			forms = append(forms, whole[4:wordLetters/3*4]) // whole groups of letters: the same in both alphabets
		}
		for _, form := range forms {
			first := [8]byte([]byte(form))
			all[first] = append(all[first], needle{word, []byte(form)})
		}
	}
	return all
}

// in looks for all canaries in data and returns the words that are there.
func (all needles) in(data []byte) map[string]bool {
	words := map[string]bool{}
	for k := 0; k+8 <= len(data); k++ {
		for _, n := range all[[8]byte(data[k:])] {
			if bytes.HasPrefix(data[k:], n.form) {
				words[n.word] = true
			}
		}
	}
	return words
}

// fill puts canaries into every string of a value, however deep, and something into every list and map.
func (c *canaries) fill(v reflect.Value, field string, depth int) {
	if depth > 8 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(c.text(field))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for k := range v.NumField() {
			if v.Type().Field(k).IsExported() {
				c.fill(v.Field(k), field+"."+v.Type().Field(k).Name, depth+1)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		c.fill(v.Elem(), field, depth+1)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes(fmt.Appendf(nil, "%q", c.text(field)))
		} else if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(c.text(field)))
		} else {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			c.fill(v.Index(0), field, depth+1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		c.fill(key, field+"#key", depth+1)
		c.fill(value, field, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	}
}

// commands returns one command of each kind, full of canaries.
func (c *canaries) commands(t *testing.T) []conference.Command {
	t.Helper()
	var all []conference.Command
	for _, verb := range conference.Commands() {
		empty, err := conference.DecodeCommandAs(verb, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		full := reflect.New(reflect.TypeOf(empty)).Elem()
		c.fill(full, verb, 0)
		all = append(all, full.Interface().(conference.Command))
	}
	return all
}

// events returns one event of each kind, full of canaries, in a room whose party is one too.
func (c *canaries) events(t *testing.T) []conference.Event {
	t.Helper()
	kinds, err := filepath.Glob("../../conference/testdata/events/*")
	if err != nil || len(kinds) < 70 {
		t.Fatalf("%d kinds of events, %v", len(kinds), err)
	}
	var all []conference.Event
	for _, kind := range kinds {
		data, err := os.ReadFile(kind)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			e, err := conference.DecodeEvent(line)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			full := reflect.New(reflect.TypeOf(e.Body)).Elem()
			name := "event " + e.Body.Kind()
			c.fill(full, name, 0)
			e.ID, e.By, e.Party, e.Body = c.word(name+" id"), c.word(name+" by"), c.word(name+" party"), full.Interface().(conference.Body)
			e.Audience = conference.ToCaucus(c.word(name + " room"))
			all = append(all, e)
		}
	}
	return all
}

// hunted is a venue into which canaries are put.
type hunted struct {
	*canaries
	t   *testing.T
	at  place
	log *bytes.Buffer
	x   *scene
}

// straight puts every event and every command into the database on the way that all acts take, whatever the rules say.
func (h *hunted) straight() {
	h.t.Helper()
	ctx := h.t.Context()
	kept, err := h.at.sealed(ctx, h.x.p.store)
	if err != nil {
		h.t.Fatal(err)
	}
	var bodies [][]byte
	for _, c := range h.commands(h.t) {
		body, err := conference.EncodeCommand(c)
		if err != nil {
			h.t.Fatalf("%s: %v", c.Verb(), err)
		}
		bodies = append(bodies, body)
	}
	for n, e := range h.events(h.t) {
		room, body, err := conference.EncodeEvent(e)
		if err != nil {
			h.t.Fatal(err)
		}
		a := conference.Append{
			Conference: "straight", Expected: int64(2 * n), Key: h.word("key"), Receipt: []byte(h.text("receipt")),
			Acts:  []conference.Stored{{Room: room, Body: body}, {Room: "delegation:" + h.word("room"), Body: bodies[n%len(bodies)]}},
			Index: conference.Index{Members: []string{h.word("member")}},
		}
		if _, err := kept.Append(ctx, a); err != nil {
			h.t.Fatal(err)
		}
	}
}

// refused sends every command full of canaries through the rules: what is refused leaves traces in logs at most.
func (h *hunted) refused(c *held) {
	for _, command := range h.commands(h.t) {
		for _, person := range c.people {
			_, _ = h.x.p.venue.Do(h.t.Context(), venue.Request{
				Conference: c.id, Person: person, Command: command, Key: h.word("key"), Seen: -1,
			})
		}
	}
}

// unlisted convenes the harbour as a conference that nobody is to know of, and gives everybody in it another name.
func (h *hunted) unlisted() map[string]string {
	h.t.Helper()
	data, err := os.ReadFile("../../examples/harbour/scenario.yaml")
	if err != nil {
		h.t.Fatal(err)
	}
	text := strings.Replace(string(data), "listed: true", "listed: false", 1)
	title := regexp.MustCompile(`(?m)^(\s*-?\s*(?:title|name|office|summary): \{en: )[^,}]*`)
	text = title.ReplaceAllStringFunc(text, func(line string) string {
		return title.FindStringSubmatch(line)[1] + h.word("scenario "+strings.TrimSpace(strings.SplitN(line, ":", 2)[0]))
	})
	file := filepath.Join(h.t.TempDir(), "scenario.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := convene(h.t.Context(), &out, h.at, h.x.p.origin, file); err != nil {
		h.t.Fatal(err)
	}
	links := map[string]string{}
	for _, m := range linkLine.FindAllStringSubmatch(out.String(), -1) {
		links[m[2]] = m[3]
	}
	return links
}

var (
	formTag   = regexp.MustCompile(`(?s)<form\b[^>]*\baction="([^"]+)"[^>]*>(.*?)</form>`)
	fieldTag  = regexp.MustCompile(`<(input|textarea|select)\b([^>]*)>`)
	attribute = regexp.MustCompile(`\b(name|value|type)="([^"]*)"`)
	linkTag   = regexp.MustCompile(`<a\b[^>]*\bhref="([^"#?]+)`)
	postOnly  = regexp.MustCompile(`method="post"`)
)

// parting are the forms after which a person or a conference is no more.
var parting = regexp.MustCompile(`/(leave-seat|break-off|suspend|close-conference|sign-out|out|erase-preparation|decline)$`)

// browser is the browser of somebody who is signed in.
func (h *hunted) browser(person string) *http.Client {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	site, err := url.Parse(h.x.p.origin)
	if err != nil {
		h.t.Fatal(err)
	}
	jar.SetCookies(site, []*http.Cookie{h.x.signIn(person)})
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}

// visit follows the links of a conference as one device and sends every form that it finds, with a canary in every field
// that can be written into.
func (h *hunted) visit(client *http.Client, origin, base string) {
	h.t.Helper()
	seen := map[string]bool{}
	queue := []string{base, "/", "/me", "/reading-key", "/reading-key/new"}
	for len(queue) > 0 {
		page := queue[0]
		queue = queue[1:]
		if seen[page] || strings.Contains(page, "/record/") {
			continue
		}
		seen[page] = true
		body := h.get(client, origin+page)
		for _, m := range linkTag.FindAllStringSubmatch(body, -1) {
			if to := html.UnescapeString(m[1]); strings.HasPrefix(to, base+"/") {
				queue = append(queue, to)
			}
		}
		for action, fields := range h.forms(body) {
			if verb := strings.TrimPrefix(action, base); !seen["to "+verb] && !parting.MatchString(action) {
				seen["to "+verb] = true
				h.send(client, origin+action, fields)
			}
		}
	}
}

// forms returns the forms of a page, filled in.
func (h *hunted) forms(body string) map[string]url.Values {
	all := map[string]url.Values{}
	for _, m := range formTag.FindAllStringSubmatch(body, -1) {
		if !postOnly.MatchString(m[0]) {
			continue
		}
		fields := url.Values{}
		action := html.UnescapeString(m[1])
		for _, tag := range fieldTag.FindAllStringSubmatch(m[2], -1) {
			a := map[string]string{}
			for _, x := range attribute.FindAllStringSubmatch(tag[2], -1) {
				a[x[1]] = html.UnescapeString(x[2])
			}
			field := action[strings.LastIndex(action, "/"):] + " " + a["name"]
			switch {
			case a["name"] == "" || a["type"] == "file":
			case tag[1] == "textarea", tag[1] == "input" && (a["type"] == "" || a["type"] == "text" || a["type"] == "search" || a["type"] == "password"):
				fields.Set(a["name"], h.text("form "+field))
			case tag[1] == "input" && !fields.Has(a["name"]):
				fields.Set(a["name"], a["value"])
			}
		}
		all[action] = fields
	}
	return all
}

func (h *hunted) get(client *http.Client, address string) string {
	h.t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(body)
}

func (h *hunted) send(client *http.Client, address string, fields url.Values) {
	h.t.Helper()
	answer, err := client.PostForm(address, fields)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = answer.Body.Close()
}

// published returns the canaries that are in acts for everyone, which may be read.
func (h *hunted) published(id string, all needles) map[string]bool {
	h.t.Helper()
	kept, err := h.at.sealed(h.t.Context(), h.x.p.store)
	if err != nil {
		h.t.Fatal(err)
	}
	acts, err := kept.Read(h.t.Context(), id, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	words := map[string]bool{}
	for _, act := range acts {
		if act.Room == string(conference.ToPublic) {
			for word := range all.in(act.Body) {
				words[word] = true
			}
		}
	}
	return words
}

// hunt fills a venue with canaries and returns where each that was found lies.
func hunt(t *testing.T, unsealed bool) (h *hunted, where map[string][]string) {
	t.Helper()
	h = &hunted{canaries: &canaries{words: map[string]string{}}, t: t, at: place{data: t.TempDir(), unsealed: unsealed}, log: &bytes.Buffer{}}
	handler := slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})
	slog.SetDefault(slog.New(handler))
	t.Cleanup(func() { slog.SetDefault(slog.New(slog.DiscardHandler)) })
	p, err := newProgram(t.Context(), h.at, "localhost:0", "", slog.New(handler))
	if err != nil {
		t.Fatal(err)
	}
	h.x = (&scene{t: t, p: p}).serve()
	h.straight()
	links := h.unlisted()
	for _, seat := range []string{"head of port", "member of port", "head of fishers", "mediator"} {
		if links[seat] == "" {
			continue
		}
		d := enterBy(t, links[seat], h.word("name at the door"))
		d.client.CheckRedirect = nil
		h.visit(d.client, p.origin, d.base)
	}
	listed := h.x.hold(60)
	for _, room := range []string{"caucus", "delegation", "plenary"} {
		listed.do("port", conference.Speak{Room: room, Text: h.text("speak in " + room)})
	}
	for _, party := range []string{"port", "fishers", ""} {
		h.visit(h.browser(listed.people[party]), p.origin, "/c/"+listed.id)
	}
	h.refused(listed)
	all := h.needles()
	public := h.published(listed.id, all)
	where = map[string][]string{}
	for name, data := range h.loot(listed.id) {
		for word := range all.in(data) {
			if !public[word] {
				where[word] = append(where[word], name)
			}
		}
	}
	return h, where
}

// loot is all that a thief can carry away, while the venue runs: the folder of its data without the keys, a backup, a
// published record, and its logs.
func (h *hunted) loot(conference string) map[string][]byte {
	h.t.Helper()
	away := h.t.TempDir()
	if err := publish(h.t.Context(), io.Discard, h.at, filepath.Join(away, "record"), conference); err != nil {
		h.t.Fatal(err)
	}
	if err := h.x.p.store.Backup(h.t.Context(), filepath.Join(away, "backup")); err != nil {
		h.t.Fatal(err)
	}
	all := map[string][]byte{"log": h.log.Bytes()}
	for _, folder := range []string{h.at.data, away} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			all[path], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	for _, part := range []string{"portsmouth.db", "portsmouth.db-wal", "portsmouth.db-shm"} {
		if len(all[filepath.Join(h.at.data, part)]) == 0 {
			h.t.Errorf("%s is empty or not there", part)
		}
	}
	return all
}

// TestAThiefOfTheDiskReadsNothing puts canaries into every field of every command, event and form, and looks for them in
// the database, its log, a backup, the published record and the venue's own log. Without the vault the same search finds
// them, so it can find.
func TestAThiefOfTheDiskReadsNothing(t *testing.T) {
	h, where := hunt(t, false)
	if len(h.words) < 200 {
		t.Errorf("only %d canaries", len(h.words))
	}
	for _, word := range slices.Sorted(maps.Keys(where)) {
		t.Errorf("%s (%s) lies in %v", word, h.words[word], where[word])
	}
	control, lying := hunt(t, true)
	for word, field := range control.words {
		if strings.HasPrefix(field, "event ") && len(lying[word]) == 0 {
			t.Errorf("without the vault %s (%s) is not found either", word, field)
		}
	}
	from := map[string]int{}
	for word := range lying {
		if kind := strings.Fields(control.words[word])[0]; strings.Contains(kind, ".") {
			from["command"]++
		} else {
			from[kind]++
		}
	}
	t.Logf("%d canaries in %d fields: %d found; without the vault %d found, among them %v",
		len(h.words), h.fields(), len(where), len(lying), from)
	for source, least := range map[string]int{"event": 200, "command": 200, "form": 20, "scenario": 10, "name": 2, "speak": 3, "member": 1} {
		if from[source] < least {
			t.Errorf("the control found %d canaries from %s only", from[source], source)
		}
	}
}
