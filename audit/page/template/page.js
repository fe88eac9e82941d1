"use strict";
// Where scripts run: tables sorted, cases found, notes written and saved to a file. Nothing is asked of the network and
// nothing kept; all words are those of the <template> elements.
const say = (count) => count.toLocaleString(document.documentElement.lang);
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
{
  const FORMAT = "commune-audit-notes/1", FILE = "notes.json", FIELDS = ["position", "text", "evidence", "by"];
  const MOST = { text: 4000, evidence: 4000, by: 200, bytes: 800000 };
  const page = document.querySelector("main"), root = document.documentElement;
  const { compare } = new Intl.Collator(root.lang, { numeric: true });

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const when = (target, event, act) => target.addEventListener(event, act);
  const open = (parts, is = true) => parts.forEach((one) => { one.open = is; });
  const copy = (name) => document.querySelector(`template[data-tool=${name}]`)?.content.firstElementChild.cloneNode(true);

  // Tables. The value of a cell is its data-sort, else the day, the number or the text that it shows; nothing comes last.
  const [comma, dot] = root.lang === "vi" ? [",", "."] : [".", ","]; // of a fraction, between thousands
  const NUMBER = new RegExp(`^[+−-]?(\\d{1,3}(\\${dot}\\d{3})+|\\d+)(\\${comma}\\d+)?%?$`);
  const DAY = /^(\d\d)\/(\d\d)\/(\d{4})/;
  const read = (given) => (given ? (isNaN(given) ? given : Number(given)) : null);
  const value = (cell) => {
    const text = cell?.textContent.trim() ?? "";
    if (cell?.dataset.sort || text === "–") return read(cell.dataset.sort);
    if (!NUMBER.test(text)) return read(text.replace(DAY, "$3-$2-$1"));
    return read(text.replaceAll(dot, "").replace(comma, ".").replace("−", "-").replace("%", ""));
  };
  const ordered = (items, key, sign) => items.map((item) => [key(item), item]).sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return sign * (typeof a === "number" ? a - b : compare(a, b));
  }).map(([, item]) => item);

  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    const rows = all("tr:not(.total)", body), totals = all("tr.total", body);
    const turn = (head, column) => {
      const next = { ascending: "descending", descending: null }[head.ariaSort ?? ""];
      heads.forEach((one) => { one.ariaSort = null; });
      head.ariaSort = next === undefined ? "ascending" : next;
      const sign = { ascending: 1, descending: -1 }[head.ariaSort];
      body.append(...(sign ? ordered(rows, (row) => value(row.cells[column]), sign) : rows), ...totals);
    };
    heads.forEach((head, column) => {
      const button = copy("sort");
      if (!button || !head.textContent.trim()) return;
      button.append(...head.childNodes);
      head.append(button);
      when(button, "click", () => turn(head, column));
    });
  };

  // Paper has what an inspector needs; all of it, or the list as it is filtered, where a button asks for that.
  const onPaper = (kind) => {
    root.classList.add(kind);
    when(window, "afterprint", () => root.classList.remove(kind));
    window.print();
  };
  const printable = (answer) => {
    const tool = copy("print");
    if (!tool) return;
    when(tool.querySelector("[data-do=short]"), "click", () => window.print());
    when(tool.querySelector("[data-do=all]"), "click", () => onPaper("prints-all"));
    answer.after(tool);
  };

  // Cases, sought without marks, capitals and hyphens. What does not fit is hidden by a style for the screen: paper has all.
  const joined = (text) => text.replace(/[-‐-―.]/g, "");

  const findable = (section) => {
    const cases = all(section.dataset.filterable || ".case", section), form = copy(section.dataset.form ?? "find");
    if (!form || cases.length < 2) return;
    const { words, verdict, order, unfold, print } = form.elements, status = form.querySelector("[role=status]");
    const end = document.createComment("");
    cases.at(-1).after(end);
    const texts = new Map();
    const textOf = (one) => {
      if (!texts.has(one)) {
        const text = fold([...one.children].map((part) => (part.matches(".tool") ? "" : part.textContent)).join(" "));
        texts.set(one, `${text} ${joined(text)}`);
      }
      return texts.get(one);
    };
    const find = () => {
      const sought = fold(words.value).split(/\s+/).filter(Boolean);
      const fits = (one) => (!verdict.value || one.dataset.verdict === verdict.value)
        && sought.every((word) => [word, joined(word) || word].some((each) => textOf(one).includes(each)));
      const shown = cases.filter((one) => !one.classList.toggle("is-out", !fits(one))).length;
      const said = shown === cases.length ? "all" : shown ? "part" : "none";
      status.textContent = fill(status.dataset[said], { shown: say(shown), total: say(cases.length) });
    };
    const arrange = () => {
      const sign = order.value === "late" ? -1 : 1;
      end.before(...(order.value ? ordered(cases, (one) => read(one.dataset[order.value]), sign) : cases));
    };
    for (const option of [...verdict.options]) {
      const count = cases.filter((one) => !option.value || one.dataset.verdict === option.value).length;
      option.textContent = fill(option.textContent, { count: say(count) });
      if (!count) option.remove();
    }
    if (unfold) {
      unfold.hidden = !page.querySelector("details");
      when(unfold, "click", () => {
        const shut = all("details:not([open])", page);
        open(shut.length ? shut : all("details", page), shut.length > 0);
      });
      when(order, "change", arrange);
    }
    if (print) when(print, "click", () => onPaper("prints-list"));
    when(form, "submit", (event) => event.preventDefault());
    when(form, "input", find);
    when(form, "reset", (event) => {
      event.preventDefault();
      for (const field of [words, verdict, order]) if (field) field.value = "";
      find();
      if (order) arrange();
    });
    section.prepend(form);
    find();
  };

  // Notes. What the reader of the file would refuse is told at once: whatever is saved can be merged.
  const drafts = [], bar = copy("bar"); // a draft: { note, item, isSaved }
  let lastBy = "";
  const part = (name, within) => within.querySelector(`[data-of=${name}]`);
  const act = (name, within) => within.querySelector(`[data-do=${name}]`);
  const unsaved = (within) => drafts.filter((draft) => !draft.isSaved && within.contains(draft.item));
  const nameOf = (one) => one.querySelector("h3").firstChild.textContent.trim();
  const clean = (field) => field.value.normalize("NFC").trim();
  const says = (text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(/[\u115f\u1160\u3164\uffa0]/g, ""));
  const edition = document.body.dataset.edition === "office" ? "office" : ""; // whose answers these are
  const file = (notes) => new Blob([JSON.stringify({ format: FORMAT, commune: page.dataset.commune,
    first_on: page.dataset.firstOn, last_on: page.dataset.lastOn, ...(edition && { edition }), notes }, null, 1)], { type: "application/json" });
  const now = () => {
    const day = new Date(), [, hours, minutes] = /GMT(.\d\d)(\d\d)/.exec(day);
    return `${new Date(day - day.getTimezoneOffset() * 60000).toISOString().slice(0, 19)}${hours}:${minutes}`;
  };
  const lacking = ({ position, text, evidence, by }) => {
    if (!position) return "position";
    if (!says(by)) return "by";
    if (position === "new_evidence" && !says(evidence)) return "evidence";
    return position === "agree" || says(text) || says(evidence) ? "" : "text";
  };

  const tell = () => {
    const left = unsaved(page).length, status = bar.firstElementChild, { unsaved: some, saved } = status.dataset;
    if (drafts.length) document.body.append(bar);
    else bar.remove();
    root.classList.toggle("has-bar", drafts.length > 0);
    bar.classList.toggle("is-open", left > 0);
    status.textContent = fill(left ? some : saved, { count: say(left || drafts.length), file: FILE });
    all(".case > .tool").forEach((tool) => { act("save", tool).hidden = !unsaved(tool).length; });
  };
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file(drafts.map((draft) => draft.note)));
    link.download = FILE;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    for (const draft of unsaved(page)) {
      draft.isSaved = true;
      part("state", draft.item).textContent = part("state", draft.item).dataset.saved;
      all("button", draft.item).forEach((button) => button.remove());
    }
    tell();
  };

  const write = (one, tool, draft) => {
    const form = copy("note"), fields = form.elements, { finding, fingerprint, verdict } = one.dataset;
    const list = tool.firstElementChild, buttons = all("button", tool);
    const close = () => {
      form.remove();
      buttons.forEach((button) => { button.disabled = false; });
      list.hidden = !list.children.length;
      tell();
      act("write", tool).focus();
    };
    const tellWrong = (name, words) => {
      const place = part(name, form), field = fields[name];
      place.textContent = words ?? place.dataset.lacks;
      if (field?.type) field.ariaInvalid = true;
      (field?.[0] ?? field ?? act("cancel", form)).focus();
    };
    const add = () => {
      const note = { finding, fingerprint, verdict, position: fields.position.value, text: clean(fields.text),
        evidence: clean(fields.evidence), by: clean(fields.by), at: now() };
      const long = FIELDS.find((name) => [...note[name]].length > MOST[name]);
      if (long) return tellWrong(long, fill(form.dataset.long, { count: say([...note[long]].length), most: say(MOST[long]) }));
      if (lacking(note)) return tellWrong(lacking(note));
      if (file([...drafts.map((other) => other.note), note]).size > MOST.bytes) return tellWrong("all");
      const fresh = draft ?? { item: copy("draft") }, { item } = fresh;
      const labels = { ...note, position: form.querySelector(":checked").parentNode.textContent };
      for (const name of FIELDS) part(name, item).textContent = labels[name];
      part("text", item).hidden = !note.text;
      part("has_evidence", item).hidden = !note.evidence;
      fresh.note = note;
      lastBy = note.by;
      if (!draft) {
        drafts.push(fresh);
        list.append(item);
        when(act("edit", item), "click", () => write(one, tool, fresh));
        when(act("remove", item), "click", () => {
          drafts.splice(drafts.indexOf(fresh), 1);
          item.remove();
          close();
        });
      }
      return close();
    };
    form.ariaLabel = fill(form.dataset.label, { dossier: nameOf(one) });
    for (const place of all(".wrong", form)) {
      place.id = `${finding}-${place.dataset.of}`;
      all(`[name=${place.dataset.of}]`, form).forEach((field) => field.setAttribute("aria-describedby", place.id));
    }
    fields.by.value = lastBy;
    for (const name of draft ? FIELDS : []) fields[name].value = draft.note[name];
    when(act("cancel", form), "click", close);
    when(form, "submit", (event) => {
      event.preventDefault();
      all(".wrong", form).forEach((place) => { place.textContent = ""; });
      all("[name]", form).forEach((field) => { field.ariaInvalid = null; });
      add();
    });
    buttons.forEach((button) => { button.disabled = true; });
    tool.append(form);
    fields.position[0].focus();
  };
  const writable = (one) => {
    const tool = copy("case"), button = act("write", tool);
    button.ariaLabel = `${button.textContent}: ${nameOf(one)}`;
    when(button, "click", () => write(one, tool));
    when(act("save", tool), "click", save);
    one.append(tool);
  };

  all(".answer").forEach(printable);
  all("table[data-sortable]").forEach(sortable);
  all("[data-filterable]").forEach(findable);
  if (bar) {
    all(".case[data-finding]").forEach(writable);
    when(act("save", bar), "click", save);
  }
  when(window, "beforeunload", (event) => {
    const typed = all(".note-form textarea").some((field) => field.value.trim());
    if (typed || unsaved(page).length) event.preventDefault();
  });

  // A link within the page leads to what it names, be it out of sight or folded.
  const reveal = () => {
    const target = document.querySelector(":target");
    if (!target) return;
    if (target.closest(".is-out")) target.closest("[data-filterable]").querySelector("form.find").reset();
    open(all("details", page).filter((one) => one.contains(target)));
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  when(window, "load", reveal);
  when(window, "hashchange", reveal);
  when(document, "click", (event) => {
    if (event.target.closest("a[href^='#']")?.hash === location.hash) reveal();
  });

  // Paper has all that is folded; what was closed is closed again.
  let folded = [];
  when(window, "beforeprint", () => open(folded = all("details:not([open])", page)));
  when(window, "afterprint", () => open(folded, false));
}
