/** What `GET /` shows where the web page was not built: what there is to ask, and a form that asks it. */
export function plainPage(model: { readonly name: string; readonly version: string }, needsToken: boolean): string {
  const form = `<form method="post" action="/v1/localize" enctype="multipart/form-data">
<p><label>Picture <input type="file" name="picture" accept="image/*" required></label></p>
<p><label>Sound <input type="file" name="sound" accept="audio/*" required></label></p>
<p><button formaction="/v1/localize?as=overlay">Show the heat</button> <button>Show the JSON</button></p>
</form>
<p>Both go to the machine that this page came from, and nowhere else. Nothing is kept.</p>`;
  const note = '<p>Requests need the token of this service: <code>Authorization: Bearer TOKEN</code>.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>lookhear</title>
</head>
<body>
<h1>lookhear</h1>
<p>Give it a picture and a sound; it shows which pixels make the sound, or says that none do.</p>
${needsToken ? note : form}
<h2>For programs</h2>
<ul>
<li><code>POST /v1/localize</code> picture and sound: whether what is heard is in the picture, and where</li>
<li><code>POST /v1/hear</code> sound: what is heard</li>
<li><code>POST /v1/see</code> picture: what is seen</li>
<li><code>GET /v1/models</code> the model: ${escaped(model.name)} ${escaped(model.version)}</li>
<li><a href="/openapi.json">/openapi.json</a> all of it, described</li>
<li><a href="/healthz">/healthz</a>, <a href="/metrics">/metrics</a></li>
</ul>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
