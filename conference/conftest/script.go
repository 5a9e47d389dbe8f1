package conftest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/treaty"
)

// Run plays a script and returns it with the outputs as they are now.
func Run(script string) string {
	out, _ := play(script)
	return out
}

// Logs plays a script and returns what happened in each of its scenes.
func Logs(script string) [][]conference.Event {
	_, scenes := play(script)
	var logs [][]conference.Event
	for _, s := range scenes {
		logs = append(logs, s.Log)
	}
	return logs
}

func play(script string) (played string, scenes []*Scene) {
	var out strings.Builder
	first := NewScene(Options{})
	p := &player{scene: first, scenes: []*Scene{first}}
	output := false
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "":
			output = false
			out.WriteByte('\n')
		case output:
		case strings.HasPrefix(line, "#"):
			out.WriteString(line + "\n")
		default:
			output = true
			fmt.Fprintf(&out, "%s\n----\n%s", line, p.step(line))
		}
	}
	return out.String(), p.scenes
}

type player struct {
	scene  *Scene
	scenes []*Scene // all that there were, that of now the last
}

// step plays one line and returns its output.
func (p *player) step(line string) string {
	who, rest, _ := strings.Cut(line, " ")
	switch who {
	case "scene":
		return p.begin(rest)
	case "at":
		d, err := duration(rest)
		if err != nil {
			return refusal(err)
		}
		p.scene.Now = p.scene.Now.Add(d)
		return p.scene.Now.Format(time.RFC3339) + "\n"
	case "tick":
		return answer(p.scene.Tick())
	case "lock":
		return p.lock()
	}
	verb, fields, _ := strings.Cut(rest, " ")
	switch verb {
	case "sees":
		return p.sees(who)
	case "waits":
		return p.waits(who)
	}
	return p.command(who, verb, fields)
}

// begin starts a new scene: "parties=3 unmediated plain replay rules={…} stage=bargaining"; "stage=nothing" founds none.
func (p *player) begin(words string) string {
	o, stage := Options{Rules: Rules()}, string(conference.Convening)
	for word := range strings.FieldsSeq(words) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "parties":
			o.Parties, _ = strconv.Atoi(value)
		case "unmediated":
			o.Unmediated = true
		case "plain":
			o.Plain = true
		case "replay":
			o.Replay = true
		case "rules":
			if err := json.Unmarshal([]byte(p.fill(value)), &o.Rules); err != nil {
				return refusal(err)
			}
		case "stage":
			stage = value
		default:
			return refusal(fmt.Errorf("no such word in a scene: %s", word))
		}
	}
	p.scene = NewScene(o)
	p.scenes = append(p.scenes, p.scene)
	if stage == "nothing" {
		return "nothing\n"
	}
	if err := p.scene.To(conference.Stage(stage)); err != nil {
		return refusal(err)
	}
	return string(p.scene.Stage()) + "\n"
}

var suffix = regexp.MustCompile(`^(.*?)(?: with (\S+))?(?: = (\S+))?$`)

func (p *player) command(who, verb, fields string) string {
	m := suffix.FindStringSubmatch(fields)
	meta := conference.Meta{By: who, Invitation: m[2], ID: m[3]}
	if who == "timer" {
		meta.By = ""
	}
	c, err := p.filled(who, verb)
	if c == nil && err == nil {
		c, err = conference.DecodeCommandAs(verb, []byte(p.fill(m[1])))
	}
	if err != nil {
		return refusal(err)
	}
	return answer(p.scene.Send(meta, c))
}

// filled returns the command of a verb that needs no fields, nil for any other.
func (p *player) filled(who, verb string) (conference.Command, error) {
	party, _, _ := strings.Cut(who, "-")
	switch verb {
	case "founds":
		return p.scene.Found(), nil
	case "proposes-agenda":
		return conference.ProposeAgenda{Agenda: Agenda(p.scene.Plain)}, nil
	case "proposes-rules":
		return conference.ProposeRules{Rules: p.scene.Rules}, nil
	case "initials-all":
		return p.scene.Initials(party), nil
	case "signs":
		return p.scene.Signature(who, party), nil
	case "attests":
		return conference.Attest(p.scene.Signature(who, treaty.Attestor)), nil
	case "ratifies":
		return conference.Ratify{Digest: conference.Fold(p.scene.Log).TextDigest()}, nil
	}
	return nil, nil
}

var blanks = regexp.MustCompile(`\{([+-]\w+|digest(?::[\w-]+)?|(?:key|signature|salt):[\w-]+|long)\}`)

// fill replaces {+2h}, {digest}, {digest:art-1}, {key:north}, {signature:north}, {long}.
func (p *player) fill(fields string) string {
	return blanks.ReplaceAllStringFunc(fields, func(blank string) string {
		what, of, _ := strings.Cut(strings.Trim(blank, "{}"), ":")
		text := conference.Fold(p.scene.Log).Text
		switch {
		case what == "long":
			return strings.Repeat("long ", 4001)
		case what == "key":
			return quoted(p.scene.Signature(of, of).PublicKey)
		case what == "signature":
			return quoted(p.scene.Signature(of, of).Signature)
		case what == "salt":
			return quoted(p.scene.lastSalt(of))
		case what == "digest" && text == nil:
			return "none"
		case what == "digest" && of == "":
			return treaty.DigestOf(text.Document).String()
		case what == "digest":
			digest, err := treaty.ArticleDigest(text.Document, of)
			if err != nil {
				return err.Error()
			}
			return digest.String()
		}
		d, err := duration(what)
		if err != nil {
			return blank
		}
		return p.scene.Now.Add(d).Format(time.RFC3339)
	})
}

func quoted(b []byte) string {
	data, err := json.Marshal(b)
	if err != nil {
		return err.Error()
	}
	return strings.Trim(string(data), `"`)
}

// duration reads a span such as +2h or -3d.
func duration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

// sees lists the last acts that a person sees, with their numbers in that person's count.
func (p *player) sees(who string) string {
	view := p.scene.See(who)
	var b strings.Builder
	for _, a := range view.Acts[max(0, len(view.Acts)-3):] {
		fmt.Fprintf(&b, "%d %s", a.Number, line(a.Event))
	}
	return b.String()
}

func (p *player) waits(who string) string {
	waits := map[string][]string{}
	for _, w := range p.scene.See(who).Waits() {
		if !slices.Contains(waits[w.Who], w.What) {
			waits[w.Who] = append(waits[w.Who], w.What)
		}
	}
	var b strings.Builder
	for _, w := range slices.Sorted(maps.Keys(waits)) {
		fmt.Fprintf(&b, "%s: %s\n", w, strings.Join(waits[w], ", "))
	}
	return b.String()
}

func answer(events []conference.Event, err error) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(line(e))
	}
	if err != nil {
		b.WriteString(refusal(err))
	}
	return b.String()
}

// line is an act in a transcript: its audience, its kind, what it says.
func line(e conference.Event) string {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return refusal(err)
	}
	return fmt.Sprintf("%s %s %s\n", e.Audience, e.Body.Kind(), body)
}

func refusal(err error) string {
	if portsmouth.KindOf(err) == portsmouth.Broken {
		return "broken: " + err.Error() + "\n"
	}
	return "refused: " + err.Error() + "\n"
}

// lock takes the words out of what was said in private, as they are to one who has not unlocked them.
func (p *player) lock() string {
	count := 0
	for k, e := range p.scene.Log {
		if !conference.Lockable(e) || conference.LockedWords(e.Body) != nil {
			continue
		}
		veiled, _, err := conference.Veil(e)
		if err != nil {
			return refusal(err)
		}
		p.scene.Log[k] = veiled
		count++
	}
	return fmt.Sprintf("the words of %d acts are locked\n", count)
}
