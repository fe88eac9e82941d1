"use strict";
// Rows of a table found by words, without marks or capitals, and by what they have. Sorting, `fold` and `say` are those of
// page.js. What does not fit is hidden by a style for the screen: paper has all.
{
  const findable = (table) => {
    const form = document.querySelector("template[data-tool=find-rows]").content.firstElementChild.cloneNode(true);
    const { words, has } = form.elements, status = form.querySelector("[role=status]");
    const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("total"))
      .map((row) => ({ row, text: fold([...row.querySelectorAll("th, .d")].map((cell) => cell.textContent).join(" ")),
        has: (row.dataset.has ?? "").split(" ") }));
    const find = () => {
      const sought = fold(words.value).split(/\s+/).filter(Boolean);
      const fits = (one) => (!has.value || one.has.includes(has.value)) && sought.every((word) => one.text.includes(word));
      const shown = rows.filter((one) => !one.row.classList.toggle("is-out", !fits(one))).length;
      const said = shown === rows.length ? "all" : shown ? "part" : "none";
      status.textContent = status.dataset[said].replace("{shown}", say(shown)).replace("{total}", say(rows.length));
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", find);
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      words.value = has.value = "";
      find();
    });
    table.closest(".findable").prepend(form);
    find();
  };
  document.querySelectorAll("table[data-findable]").forEach((table) => table.tBodies[0].rows.length > 2 && findable(table));
}
