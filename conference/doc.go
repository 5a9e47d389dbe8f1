// Package conference holds the rules of a conference: [Act] takes what has happened and a [Command] and returns the
// [Event]s that follow, or a refusal that names the rule. It is pure: no clock, no disk, no network, no chance.
//
// The contract:
//
//   - Every event has an [Audience]. What a person sees is [Look]: filter by audience first, fold after, number per
//     viewer. There is no other way.
//   - A command is decided on the state folded from what its author may see, never on more. So a refusal cannot tell
//     anyone of an act that is hidden from them. Only the venue's timer decides on the whole.
//   - Decide may refuse; Apply only assigns. A log that was once accepted always replays.
//   - What becomes public is an event of its own with the audience "public", made only in public.go.
//   - A deadline that passes is itself a command, sent by the venue's timer when [Due] says so.
//
// The table of which command is allowed in which stage for which role is in stage.go. The rules are one file per noun:
// consent.go, delegation.go, agenda.go, session.go, offer.go, caucus.go, proposal.go, text.go, signature.go,
// ratification.go.
package conference
