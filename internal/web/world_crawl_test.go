package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// siteMap is every route of the venue.
func siteMap() []route { return (&site{}).routes() }

// signposts are what the parts of addresses can be.
type signposts map[string][]string

// signpostsOf names the things of some logs, whether or not somebody may see them, and things that do not exist.
func signpostsOf(id, token string, parties []string, logs ...[]conference.Event) signposts {
	offers, statements, rounds, acts := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{"unknown": true}
	for _, log := range logs {
		for _, e := range log {
			switch e.Body.(type) {
			case conference.RoundClosed: // its bytes hold the commitments of others, which are random to whoever looks on
			default:
				acts[e.ID] = true
			}
			switch e.Body.(type) {
			case conference.OfferMade, conference.ActHeld, conference.ProposalPut:
				offers[e.ID] = true
			case conference.StatementMade, conference.InstructionsSent, conference.CarryAllowed:
				statements[e.ID] = true
			case conference.RoundOpened:
				rounds[e.ID] = true
			}
		}
	}
	posts := signposts{
		"id": {id}, "token": {token, "unknown"}, "tab": {"agenda", "rooms", "proceedings"}, "number": {"1", "9", "40", "99999", "x"},
		"room":  {"plenary", "delegation", "notes", "nowhere"},
		"offer": {"unknown"}, "statement": {"unknown"}, "round": {"unknown"}, "issue": {"coast", "toll", "islands", "unknown"},
		"act":     portsmouth.SortedKeys(acts),
		"file...": {"checkpoint", "tile/0/000.p/2", "tile/entries/000.p/2", "tile/entries/000.p/9", "tile/1/000.p/1", "nothing"},
		"kind":    {"suggestion", "improvement", "direction", "number", "options", "package", "nothing"},
	}
	for _, p := range parties {
		posts["room"] = append(posts["room"], "caucus-"+p)
	}
	for x := range offers {
		posts["offer"] = append(posts["offer"], x)
	}
	for x := range statements {
		posts["statement"] = append(posts["statement"], x)
	}
	for x := range rounds {
		posts["round"] = append(posts["round"], x)
	}
	for _, log := range logs {
		posts["file..."] = append(posts["file..."], tilesNow(log)...)
	}
	for _, list := range posts {
		slices.Sort(list)
	}
	return posts
}

// addresses are those to which a pattern leads.
func (p signposts) addresses(pattern string) []string {
	list := []string{""}
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(pattern, "/"), "{$}"), "/") {
		values := []string{part}
		if name, isName := strings.CutPrefix(part, "{"); isName {
			values = p[strings.TrimSuffix(name, "}")]
			if len(values) == 0 {
				panic("the crawl knows nothing to put for " + part) // else it would pass the page by
			}
		}
		var longer []string
		for _, begin := range list {
			for _, value := range values {
				longer = append(longer, begin+"/"+value)
			}
		}
		list = longer
	}
	return list
}

// crawl lists GETs of every route, at most some of each. The stream has no end; it is listened to elsewhere. The host's
// page counts the acts that are held in memory, hidden ones too: it is for the host, and checked with the others only as
// far as it is not found.
func (p signposts) crawl(c *chances, most int) []request {
	var list []request
	for _, r := range siteMap() {
		if r.Method != http.MethodGet || strings.HasSuffix(r.Pattern, "/live") {
			continue
		}
		paths := p.addresses(r.Pattern)
		c.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
		for _, path := range paths[:min(len(paths), most)] {
			if c.IntN(4) == 0 {
				path += "?lang=fr"
			}
			list = append(list, request{path: path})
		}
	}
	return list
}

// nosyIDs are ids of all kinds of things, many of them hidden.
func nosyIDs(logs ...[]conference.Event) []string {
	ids := []string{"unknown", ""}
	for _, log := range logs {
		for _, e := range log {
			if e.Audience.Kind() != "convening" && e.Audience.Kind() != "public" {
				ids = append(ids, e.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// formOf fills in a form: every field that some form has, sensibly or with the id of something hidden.
func (c *chances) formOf(verb, person string, ids []string) url.Values {
	v, f := c.whole(), url.Values{}
	party, _, _ := strings.Cut(person, "-")
	for _, name := range []string{"text", "text.en", "text.fr", "reason", "note", "why", "place", "purpose", "name", "capacity"} {
		f.Set(name, c.prose("Written: "+name))
	}
	id := func(name string, known []string) {
		f.Set(name, oneOf(c, ids))
		if len(known) > 0 && c.IntN(2) == 0 {
			f.Set(name, oneOf(c, known))
		}
	}
	known := knownIDs(v)
	for _, name := range []string{"offer", "proposal", "minutes", "communique", "correction", "held", "statement", "release", "reply_to", "counter"} {
		id(name, known[name])
	}
	if c.IntN(2) == 0 {
		f.Del("reply_to")
		f.Del("counter")
	}
	c.preparationForm(f)
	f.Set("form", verb)
	f.Set("room", oneOf(c, []string{"plenary", "delegation", "caucus"}))
	f.Set("party", c.head())
	f.Set("person", party+"-member")
	f.Set("issue", oneOf(c, []string{"coast", "toll", "islands"}))
	f.Set("answer", oneOf(c, append([]string{"accept", "refuse"}, known["answer"]...)))
	f.Set("version", strconv.Itoa(max(v.RulesCount, v.AgendaCount, v.StatedCount[party])))
	f.Set("session", strconv.Itoa(len(v.Sessions)))
	c.formOfWants(f, verb, person)
	f.Set("article", "art-4")
	f.Set("digest", v.TextDigest())
	if c.IntN(4) == 0 {
		f.Set("conditions.en", "If the ice holds")
		f.Set("conditions.fr", "Si la glace tient")
	}
	f.Set("closes", c.plan.end().AddDate(0, 0, 1).Format(momentForm))
	for issue, value := range c.terms() {
		f.Set("term."+issue, value)
	}
	for article, digest := range c.scene.Initials(party).Articles {
		f.Set("digest."+article, digest)
	}
	if verb == "sign" {
		s := c.scene.Signature(person, party)
		f.Set("name", s.Name)
		f.Set("capacity", s.Capacity)
		f.Set("public_key", base64.StdEncoding.EncodeToString(s.PublicKey))
		f.Set("signature", base64.StdEncoding.EncodeToString(s.Signature))
	}
	if c.IntN(2) == 0 {
		f.Set("own", "yes")
	}
	if c.IntN(2) == 0 {
		f.Set("worth", "1") // an offer that is being written is weighed, and not sent
	}
	return f
}

// knownIDs are ids of things that are there, by the field that names them.
func knownIDs(v *conference.View) map[string][]string {
	known := map[string][]string{}
	for _, o := range v.Standing() {
		known["offer"] = append(known["offer"], o.Offer)
	}
	known["counter"] = known["offer"]
	for _, p := range v.Proposals {
		known["proposal"] = append(known["proposal"], p.Proposal)
	}
	for _, x := range v.Minutes {
		known["minutes"] = append(known["minutes"], x.Minutes)
	}
	for _, x := range v.Communiques {
		known["communique"] = append(known["communique"], x.Communique)
	}
	for _, x := range v.Held {
		known["held"] = append(known["held"], x.ActHeld.Held)
	}
	for _, x := range v.Statements {
		known["statement"] = append(known["statement"], x.Statement)
	}
	known["reply_to"] = known["statement"]
	for _, x := range v.Answers {
		known["answer"] = append(known["answer"], x.Answer)
	}
	for _, x := range v.Carries {
		known["release"] = append(known["release"], x.Release)
	}
	if v.Text != nil {
		for _, x := range v.Text.Corrections {
			known["correction"] = append(known["correction"], x.Correction)
		}
	}
	return known
}

// formPaths are the addresses of the forms of a conference, by the command that they send.
func formPaths(id string) map[string]string {
	paths := map[string]string{}
	for _, r := range siteMap() {
		if verb, found := strings.CutPrefix(r.Pattern, "/c/{id}/"); found && r.Method == http.MethodPost {
			paths[verb] = "/c/" + id + "/" + verb
		}
	}
	return paths
}

// posted is a form that a person sends, having seen so much.
func (c *chances) posted(person string, ids []string, seen int) request {
	paths := formPaths(conftest.ConferenceID)
	verbs := make([]string, 0, len(paths))
	for verb := range paths {
		if !ends(verb) {
			verbs = append(verbs, verb)
		}
	}
	slices.Sort(verbs)
	verb := oneOf(c, verbs)
	if likely := c.likely(person); len(likely) > 0 && c.IntN(2) == 0 {
		verb = oneOf(c, likely)
	}
	f := c.formOf(verb, person, ids)
	f.Set("key", "form-"+strconv.Itoa(c.IntN(1_000_000)))
	switch c.IntN(6) {
	case 0:
		f.Set("seen", strconv.Itoa(seen-1))
	case 1:
		f.Del("seen")
	case 2:
		f.Set("seen", "99999")
	default:
		f.Set("seen", strconv.Itoa(seen))
	}
	return request{path: paths[verb], form: f}
}

// ends reports whether a form could end what the worlds have in common. A secret answer may be the last one: then the
// proposal closes, in one world sooner than in the other. The last consent opens the debrief.
func ends(verb string) bool {
	return slices.Contains([]string{"answer-proposal", "agree-debrief", "close-conference", "break-off"}, verb)
}

// likely are forms that the person may well send now.
func (c *chances) likely(person string) []string {
	view := c.scene.See(person)
	var list []string
	for _, a := range actions() {
		if view.May(a.verb) == nil && !ends(a.verb) {
			list = append(list, a.verb)
		}
	}
	return list
}
