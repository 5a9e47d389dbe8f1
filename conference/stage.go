package conference

import (
	"slices"
	"strings"

	"portsmouth"
)

// Stage is how far a conference has come.
type Stage string

// The stages, in order; BrokenOffStage ends a conference from any of them.
const (
	Convening      Stage = "convening"    // invitations and rules; nothing else before all consent
	Opening        Stage = "opening"      // full powers and agenda
	Bargaining     Stage = "bargaining"   // offers, proposals, heads
	TextStage      Stage = "text"         // articles corrected and initialled
	Signature      Stage = "signature"    // signed by each head
	Ratification   Stage = "ratification" // ratified by each principal
	InForce        Stage = "in-force"     // the agreement binds
	ClosedStage    Stage = "closed"       // nothing more happens here
	BrokenOffStage Stage = "broken-off"   // ended without agreement
)

// Stages lists them in order.
var Stages = []Stage{Convening, Opening, Bargaining, TextStage, Signature, Ratification, InForce, ClosedStage, BrokenOffStage}

// Permit says when and by whom a command may be sent.
type Permit struct {
	Roles     []portsmouth.Role
	Stages    []Stage
	Suspended bool   // also while the conference is suspended
	Fresh     bool   // the author must have seen all that happened: an answer to what stands
	Identity  bool   // wants a fresh proof of who is sending it
	Waiting   bool   // in the stage of signature only while witnesses are waited for
	Does      string // one line for the documentation
}

var (
	delegates  = []portsmouth.Role{portsmouth.Head, portsmouth.Member, portsmouth.Adviser, portsmouth.Secretary, portsmouth.Principal}
	everySeat  = append(slices.Clone(delegates), portsmouth.Mediator)
	heads      = []portsmouth.Role{portsmouth.Head}
	mediators  = []portsmouth.Role{portsmouth.Mediator}
	chair      = []portsmouth.Role{portsmouth.Head, portsmouth.Mediator}
	pens       = []portsmouth.Role{portsmouth.Head, portsmouth.Member, portsmouth.Secretary, portsmouth.Mediator}
	homes      = []portsmouth.Role{portsmouth.Principal, portsmouth.Head}
	convenes   = []portsmouth.Role{portsmouth.Convener, portsmouth.Head, portsmouth.Mediator}
	timers     = []portsmouth.Role{portsmouth.Timer}
	anyone     = []portsmouth.Role{portsmouth.Public, portsmouth.Convener}
	alive      = []Stage{Convening, Opening, Bargaining, TextStage, Signature, Ratification, InForce}
	seated     = []Stage{Opening, Bargaining, TextStage, Signature, Ratification, InForce}
	talking    = []Stage{Opening, Bargaining, TextStage, Signature}
	preparing  = []Stage{Convening, Opening, Bargaining, TextStage}
	bargaining = []Stage{Bargaining}
	closing    = []Stage{Bargaining, TextStage}
	recording  = append(slices.Clone(seated), ClosedStage, BrokenOffStage) // what is said of it can follow the end
)

// permits is the one table of which command is allowed in which stage for which role.
var permits = map[string]Permit{
	"found":                  {Roles: anyone, Stages: []Stage{""}, Does: "open a conference"},
	"invite":                 {Roles: convenes, Stages: alive, Suspended: true, Does: "offer a seat"},
	"revoke-invitation":      {Roles: convenes, Stages: alive, Suspended: true, Does: "take back an unanswered invitation"},
	"accept-invitation":      {Roles: anyone, Stages: alive, Suspended: true, Does: "take the seat offered"},
	"decline-invitation":     {Roles: anyone, Stages: alive, Suspended: true, Does: "refuse it"},
	"ask-invitation":         {Roles: anyone, Stages: alive, Suspended: true, Does: "ask a question first"},
	"answer-invitation":      {Roles: convenes, Stages: alive, Suspended: true, Does: "answer it"},
	"leave-seat":             {Roles: append(slices.Clone(everySeat), portsmouth.Observer), Stages: append([]Stage{""}, alive...), Suspended: true, Does: "give up one's seat"},
	"propose-rules":          {Roles: convenes, Stages: append([]Stage{Convening}, talking...), Fresh: true, Waiting: true, Does: "put rules of procedure to all"},
	"accept-rules":           {Roles: chair, Stages: append([]Stage{Convening}, talking...), Fresh: true, Waiting: true, Does: "consent to them"},
	"present-powers":         {Roles: heads, Stages: talking, Does: "lay full powers before all"},
	"find-powers":            {Roles: heads, Stages: talking, Fresh: true, Does: "find another's full powers in due form"},
	"object-to-powers":       {Roles: heads, Stages: talking, Fresh: true, Does: "say why they are not"},
	"appoint-substitute":     {Roles: homes, Stages: seated, Suspended: true, Does: "let a member act as head"},
	"send-instructions":      {Roles: []portsmouth.Role{portsmouth.Principal}, Stages: append([]Stage{Convening}, talking...), Suspended: true, Does: "tell the delegation what it may sign"},
	"approve-held":           {Roles: []portsmouth.Role{portsmouth.Principal}, Stages: talking, Suspended: true, Does: "give leave to send an act that was held back"},
	"send-held":              {Roles: heads, Stages: talking, Does: "send it"},
	"drop-held":              {Roles: heads, Stages: talking, Suspended: true, Does: "let it go"},
	"propose-agenda":         {Roles: chair, Stages: []Stage{Opening, Bargaining}, Fresh: true, Does: "put an agenda to all"},
	"adopt-agenda":           {Roles: heads, Stages: []Stage{Opening, Bargaining}, Fresh: true, Does: "adopt it"},
	"defer-issue":            {Roles: chair, Stages: bargaining, Fresh: true, Does: "put an issue aside"},
	"reopen-issue":           {Roles: chair, Stages: bargaining, Fresh: true, Does: "take an issue up again"},
	"agree-head":             {Roles: heads, Stages: bargaining, Fresh: true, Does: "be ready to settle an issue so, ad referendum"},
	"open-session":           {Roles: chair, Stages: seated, Fresh: true, Does: "begin a session"},
	"adjourn-session":        {Roles: chair, Stages: seated, Fresh: true, Does: "end it"},
	"propose-minutes":        {Roles: []portsmouth.Role{portsmouth.Secretary, portsmouth.Mediator}, Stages: recording, Does: "put minutes to all"},
	"approve-minutes":        {Roles: heads, Stages: recording, Fresh: true, Does: "approve them"},
	"propose-communique":     {Roles: pens, Stages: recording, Does: "put a statement for the public to all"},
	"agree-communique":       {Roles: heads, Stages: recording, Fresh: true, Does: "agree to publish it"},
	"suspend":                {Roles: chair, Stages: seated, Fresh: true, Does: "stop the conference for a while"},
	"resume":                 {Roles: chair, Stages: seated, Suspended: true, Fresh: true, Does: "take it up again"},
	"break-off":              {Roles: heads, Stages: []Stage{Convening, Opening, Bargaining, TextStage, Signature, Ratification}, Suspended: true, Fresh: true, Does: "end it without agreement"},
	"speak":                  {Roles: everySeat, Stages: seated, Suspended: true, Does: "say something in a room"},
	"release-statement":      {Roles: heads, Stages: seated, Does: "let a caucus statement cross"},
	"carry-statement":        {Roles: mediators, Stages: seated, Does: "bring a released statement to all"},
	"make-offer":             {Roles: heads, Stages: bargaining, Fresh: true, Does: "put an offer before all"},
	"accept-offer":           {Roles: heads, Stages: bargaining, Fresh: true, Does: "accept it"},
	"reject-offer":           {Roles: heads, Stages: bargaining, Fresh: true, Does: "refuse it, with reasons"},
	"withdraw-offer":         {Roles: heads, Stages: bargaining, Fresh: true, Does: "take one's own offer back"},
	"put-proposal":           {Roles: mediators, Stages: closing, Fresh: true, Does: "put the mediator's proposal to all"},
	"answer-proposal":        {Roles: heads, Stages: closing, Suspended: true, Does: "answer it in secret"},
	"withdraw-proposal":      {Roles: mediators, Stages: closing, Fresh: true, Does: "take it back before the close"},
	"propose-correction":     {Roles: pens, Stages: []Stage{TextStage, Signature}, Fresh: true, Does: "ask for another wording of an article"},
	"answer-correction":      {Roles: heads, Stages: []Stage{TextStage, Signature}, Fresh: true, Does: "accept or refuse it"},
	"initial-articles":       {Roles: heads, Stages: []Stage{TextStage}, Fresh: true, Does: "initial articles under their digests"},
	"sign":                   {Roles: heads, Stages: []Stage{Signature}, Fresh: true, Identity: true, Does: "sign the exact text"},
	"attest":                 {Roles: mediators, Stages: []Stage{Signature, Ratification, InForce}, Identity: true, Does: "attest the signatures"},
	"ratify":                 {Roles: homes, Stages: []Stage{Ratification}, Fresh: true, Identity: true, Does: "ratify the signed text"},
	"notify-ratification":    {Roles: append(slices.Clone(homes), portsmouth.Mediator), Stages: []Stage{Ratification, InForce}, Does: "announce a ratification to the others"},
	"exchange-ratifications": {Roles: append(slices.Clone(homes), portsmouth.Mediator), Stages: []Stage{InForce}, Does: "record the formal exchange"},
	"close-conference":       {Roles: chair, Stages: []Stage{InForce}, Fresh: true, Does: "end a conference whose work is done"},
	"answer-question":        {Roles: delegates, Stages: preparing, Suspended: true, Does: "answer a question of the preparation"},
	"withdraw-answer":        {Roles: delegates, Stages: preparing, Suspended: true, Does: "take an answer back"},
	"state-preferences":      {Roles: homes, Stages: preparing, Suspended: true, Does: "say what one's party wants"},
	"confirm-preferences":    {Roles: []portsmouth.Role{portsmouth.Principal}, Stages: preparing, Suspended: true, Does: "confirm that this is what one's party wants"},
	"erase-preparation":      {Roles: homes, Stages: alive, Suspended: true, Does: "take back all that one's party prepared"},
	"allow-preferences":      {Roles: heads, Stages: talking, Does: "let the mediator see what one's party wants"},
	"open-round":             {Roles: mediators, Stages: closing, Fresh: true, Does: "announce a round"},
	"enter-round":            {Roles: heads, Stages: closing, Suspended: true, Does: "lodge in a round, in secret"},
	"leave-round":            {Roles: heads, Stages: closing, Suspended: true, Does: "take back what one lodged"},
	"withdraw-round":         {Roles: mediators, Stages: closing, Fresh: true, Does: "take a round back before its close"},
	"open-entry":             {Roles: heads, Stages: append(slices.Clone(talking), Ratification, InForce, ClosedStage, BrokenOffStage), Does: "show what one had lodged"},
	"agree-debrief":          {Roles: heads, Stages: []Stage{Ratification, InForce, ClosedStage, BrokenOffStage}, Does: "consent to lay open what one's party wanted"},
	"close-round":            {Roles: timers, Stages: closing, Suspended: true, Does: "close a round at its announced time"},
	"open-debrief":           {Roles: timers, Stages: []Stage{Ratification, InForce, ClosedStage, BrokenOffStage}, Suspended: true, Does: "lay open what all consented to"},
	"declare-key":            {Roles: append(slices.Clone(everySeat), portsmouth.Observer), Stages: append([]Stage{""}, alive...), Suspended: true, Does: "declare a public key of one's own"},
	"retract-key":            {Roles: append(slices.Clone(everySeat), portsmouth.Observer), Stages: append([]Stage{""}, alive...), Suspended: true, Does: "take it back"},
	"submit-comment":         {Roles: []portsmouth.Role{portsmouth.Public, portsmouth.Observer}, Stages: []Stage{""}, Does: "say something as one of the public"},
	"answer-comment":         {Roles: []portsmouth.Role{portsmouth.Convener, portsmouth.Mediator}, Stages: append(slices.Clone(alive), ClosedStage, BrokenOffStage), Suspended: true, Does: "answer a comment of the public"},
	"end-embargo":            {Roles: timers, Stages: recording, Suspended: true, Does: "publish what was held back until its time"},
	"declare-signed":         {Roles: timers, Stages: []Stage{Signature, Ratification, InForce, ClosedStage}, Suspended: true, Does: "declare the conference signed, once the witnesses have seen the signatures"},
	"declare-rupture":        {Roles: timers, Stages: recording, Suspended: true, Does: "say that the record does not continue what was signed"},
	"leave-history":          {Roles: timers, Stages: alive, Suspended: true, Does: "mark the end of a replay"},
	"lapse-offer":            {Roles: timers, Stages: bargaining, Suspended: true, Does: "end an offer whose validity has passed"},
	"close-proposal":         {Roles: timers, Stages: closing, Suspended: true, Does: "close a proposal at its announced time"},
	"admit-reader":           {Roles: everySeat, Stages: append([]Stage{Convening}, recording...), Suspended: true, Identity: true, Does: "let a member of one's room read what was said before"},
	"destroy-notes":          {Roles: append(slices.Clone(homes), portsmouth.Mediator), Stages: recording, Suspended: true, Identity: true, Does: "destroy notes for good"},
	"keep-notes":             {Roles: chair, Stages: recording, Suspended: true, Does: "keep the notes of a caucus that the other asks to destroy"},
	"pass-deadline":          {Roles: timers, Stages: recording, Suspended: true, Does: "record that a deadline has passed"},
}

// PermitFor returns the table's line for the command of that name.
func PermitFor(command string) (Permit, bool) {
	p, ok := permits[command]
	return p, ok
}

// Commands lists the names of all commands, sorted.
func Commands() []string { return portsmouth.SortedKeys(permits) }

// May reports whether the table lets the viewer send the command in this state: the refusal that Decide would give, or
// nil. Screens use it to show what one may do next.
func (s *State) may(v Viewer, command string) error {
	p, ok := permits[command]
	if !ok {
		return portsmouth.Invalidf("command", "there is no command “%s”", command)
	}
	if !slices.Contains(p.Roles, v.As()) && !(v.Convener && slices.Contains(p.Roles, portsmouth.Convener)) {
		return portsmouth.Refuse("role:"+command, "to %s is for %s", p.Does, roleNames(p.Roles))
	}
	if s.Stage == "" && !slices.Contains(p.Stages, "") {
		return portsmouth.Refuse("stage:"+command, "to %s you must be able to see the conference", p.Does)
	}
	if !slices.Contains(p.Stages, s.Stage) {
		return portsmouth.Refuse("stage:"+command, "to %s is not possible in the stage “%s”, only in %s", p.Does, s.Stage, stageNames(p.Stages))
	}
	if s.Stage == Signature {
		if err := s.duringSignature(command, p); err != nil {
			return err
		}
	}
	if s.Suspension != nil && !p.Suspended {
		return portsmouth.Refuse("suspended", "the conference is suspended; resume it first")
	}
	return nil
}

func roleNames(rs []portsmouth.Role) string {
	names := make([]string, len(rs))
	for k, r := range rs {
		names[k] = "the " + string(r)
		if r == portsmouth.Timer {
			names[k] = "the venue's timer"
		}
	}
	return strings.Join(names, ", ")
}

func stageNames(ss []Stage) string {
	var names []string
	for _, st := range ss {
		if st != "" {
			names = append(names, string(st))
		}
	}
	return strings.Join(names, ", ")
}
