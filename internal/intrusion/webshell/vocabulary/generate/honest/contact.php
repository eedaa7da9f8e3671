<?php
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $name = trim($_POST['name']); $mail = trim($_POST['email']); $text = trim($_POST['message']);
    if ($name && filter_var($mail, FILTER_VALIDATE_EMAIL)) {
        mail('office@example.org', 'Message from the site', $text, 'Reply-To: ' . $mail);
        echo '<p>Thank you.</p>';
    }
}
?>
<form method="post"><input name="name"><input name="email"><textarea name="message"></textarea><button>Send</button></form>
