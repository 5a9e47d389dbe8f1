// Package conftest builds conferences for tests: scenes with two to four parties at any stage, and a tiny language in
// which transcripts are written.
//
// A party is called north, south, east or west; its head is a person of the same name, the others are north-member,
// north-adviser, north-secretary and north-principal. There is a mediator, an observer, a host who founds the conference,
// and anybody else is a stranger. Ids, keys and the clock are the same in every run.
//
// A script is a list of steps, each a line, its output below "----", and an empty line:
//
//	# A comment stays where it is.
//	scene parties=3 stage=bargaining rules={"whole_only":false}
//	----
//	bargaining
//
//	north make-offer {"terms":{"coast":"shared"},"valid":"{+2h}"} = first
//	----
//	plenary offer-made {"offer":"first",…}
//
//	stranger accept-invitation {"name":"Lee"} with invitation-9
//	----
//	refused: there is no such invitation [invitation]
//
// "= id" gives the act its id, "with id" is the invitation in the sender's hand. In the fields {+2h}, {-1d} are times from
// now, {salt:north} is the salt of what north lodged last, {digest} is the digest of the text as it stands and {digest:art-1} that of one article. Besides the commands there
// are: "at +2h" moves the clock, "tick" has the timer send what is due, "lock" shows what was said in private as to one who has
// not unlocked it, "PERSON sees" lists what a person sees from the
// last three acts on, "PERSON waits" what the conference waits for in that person's eyes; "PERSON initials-all",
// "PERSON signs", "PERSON ratifies" and "PERSON attests" fill in digests and signatures.
package conftest
