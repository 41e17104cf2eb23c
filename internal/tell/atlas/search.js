// Shows the rows of the atlas that hold every word typed.
const field = document.getElementById("search");
const rows = [...document.querySelectorAll("#entries tr")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
const find = () => {
	const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
	let shown = 0;
	for (const { row, text } of rows) {
		row.hidden = !words.every((w) => text.includes(w));
		shown += row.hidden ? 0 : 1;
	}
	document.getElementById("found").textContent = `${shown} of ${rows.length} pages`;
};
field.addEventListener("input", find);
find();
